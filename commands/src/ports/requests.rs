//! What is remembered of requests that carried an idempotency key.

use async_trait::async_trait;

use super::PortError;
use super::log::{IdempotencyKey, IdempotentRequest, RecordedRequest};

/// The log's memory of idempotent requests. Rows of requests with events are written by the append itself.
#[async_trait]
pub trait Requests: Send + Sync {
    /// What an earlier request under the key did, within [`super::log::IDEMPOTENCY_WINDOW`].
    ///
    /// # Errors
    /// When the log cannot be reached.
    async fn find(&self, key: &IdempotencyKey) -> Result<Option<RecordedRequest>, PortError>;

    /// Remembers a request that changed nothing; answers what the key stands for from now on, which is another
    /// request's outcome if that came first.
    ///
    /// # Errors
    /// When the log cannot be reached.
    async fn remember(&self, request: &IdempotentRequest) -> Result<RecordedRequest, PortError>;

    /// The log's last position; 0 while it is empty.
    ///
    /// # Errors
    /// When the log cannot be reached.
    async fn head(&self) -> Result<u64, PortError>;
}
