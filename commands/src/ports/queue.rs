//! Work for later that no event asks for.

use async_trait::async_trait;

use super::PortError;
use crate::reactors::NewJob;

/// The durable queue that reactors write to.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Adds a job; one whose key is known adds nothing. Whether it was added.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    async fn add(&self, job: NewJob) -> Result<bool, PortError>;
}
