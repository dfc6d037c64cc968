use std::time::Duration;

use async_trait::async_trait;

use crate::layers::client::Client;

/// How long a window lasts.
pub const WINDOW: Duration = Duration::from_secs(60);

/// Endpoints that share a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bucket {
    /// Registering, signing in, refreshing, passwords, verification.
    Auth,
    /// Lists of places.
    Search,
    /// Requests for nights.
    Booking,
}

impl Bucket {
    /// Calls of one client per [`WINDOW`].
    pub fn limit(self) -> u32 {
        match self {
            Self::Auth => 5,
            Self::Search => 30,
            Self::Booking => 10,
        }
    }

    /// The bucket's name, for the keys of a shared store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Search => "search",
            Self::Booking => "booking",
        }
    }
}

/// What is left of a window after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Whether this call is within the limit.
    pub allowed: bool,
    /// Further calls within it.
    pub remaining: u32,
    /// Until the window ends.
    pub reset: Duration,
}

impl Quota {
    /// What is left after the `calls`th call of a window that ends after `reset`.
    pub fn after(bucket: Bucket, calls: u32, reset: Duration) -> Self {
        let limit = bucket.limit();
        Self { allowed: calls <= limit, remaining: limit.saturating_sub(calls), reset }
    }
}

/// The calls could not be counted.
#[derive(Debug, thiserror::Error)]
#[error("the rate limiter is not available")]
pub struct LimiterError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Counts calls: in this process, or for all processes together.
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Counts one call, whatever becomes of it.
    ///
    /// # Errors
    /// [`LimiterError`]; the call is then served, since an outage of the limiter is not the client's fault.
    async fn count(&self, bucket: Bucket, client: Client) -> Result<Quota, LimiterError>;
}
