//! The log as it is stored, for auditors.

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use super::PortError;

/// An event as stored: personal data stays sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoricEvent {
    /// 1, 2, 3, ... over the whole log.
    pub position: u64,
    /// When the log recorded it.
    pub recorded_at: Timestamp,
    /// `user`, `place`, `booking`, ...
    pub aggregate_type: String,
    /// The aggregate's id.
    pub aggregate_id: Uuid,
    /// The aggregate's version after it.
    pub sequence: u64,
    /// Such as `booking.requested`.
    pub event_type: String,
    /// The version of its shape.
    pub event_version: String,
    /// Its JSON byte for byte, sealed fields in one `sealed` object.
    pub payload: String,
    /// `command_id`, `request_id`, `actor_id`: JSON byte for byte.
    pub metadata: String,
}

/// Reads the log in order.
#[async_trait]
pub trait History: Send + Sync {
    /// At most `limit` events after a position, fewer where they weigh much; none at the log's end.
    ///
    /// # Errors
    /// When the log cannot be read.
    async fn after(&self, position: u64, limit: u32) -> Result<Vec<HistoricEvent>, PortError>;
}
