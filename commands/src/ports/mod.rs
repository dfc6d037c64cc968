//! What the use cases need of the outside, as traits: adapters live in the outermost ring.

pub mod account_tokens;
pub mod accounts;
pub mod clock;
pub mod directory;
pub mod history;
pub mod jobs;
pub mod log;
pub mod mail_quota;
pub mod mailer;
pub mod password;
pub mod queue;
pub mod requests;
pub mod sessions;
pub mod tokens;
pub mod viewed_places;
pub mod zones;

use std::error::Error;

/// A dependency failed; what the caller asked for may be tried again later.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct PortError(Box<dyn Error + Send + Sync>);

impl PortError {
    /// Keeps the adapter's own error as the source.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}
