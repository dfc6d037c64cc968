//! What is remembered of requests that carried an idempotency key.

use async_trait::async_trait;

use super::PortError;
use super::log::{IdempotencyKey, RecordedRequest};

/// The log's memory of idempotent requests. It is written by the append itself.
#[async_trait]
pub trait Requests: Send + Sync {
    /// What is kept, and compared, of the digest of a request's body: nobody without the server's secret can try
    /// bodies against it.
    fn kept_digest(&self, digest: &[u8; 32]) -> [u8; 32];

    /// What an earlier request under the key did, within [`super::log::IDEMPOTENCY_WINDOW`].
    ///
    /// # Errors
    /// When the log cannot be reached.
    async fn find(&self, key: &IdempotencyKey) -> Result<Option<RecordedRequest>, PortError>;

    /// The log's last position; 0 while it is empty.
    ///
    /// # Errors
    /// When the log cannot be reached.
    async fn head(&self) -> Result<u64, PortError>;
}
