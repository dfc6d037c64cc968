//! The log as the use cases see it: what one command wants appended, and how that can end.

use std::time::Duration;

use async_trait::async_trait;
use domain::{Claim, ClaimChange};
use jiff::Timestamp;
use uuid::Uuid;

/// A stream's name: the aggregate's type and its id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId {
    /// `Aggregate::TYPE`: `user`, `place`, `booking`, `review`, `amenity`.
    pub aggregate_type: &'static str,
    /// The aggregate's id.
    pub aggregate_id: Uuid,
}

/// One event, ready to be stored byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// `DomainEvent::event_type`.
    pub event_type: String,
    /// `DomainEvent::event_version`.
    pub event_version: String,
    /// JSON text; personal data in it is sealed already.
    pub payload: String,
    /// JSON text: a flat object of strings, among them `command_id`.
    pub metadata: String,
}

/// A command's events with everything that must hold for them to be appended: all or nothing.
#[derive(Debug, Clone)]
pub struct Append {
    /// Unique per attempt; stored in the metadata of each event, so that a commit whose outcome was lost can be
    /// looked up.
    pub command_id: Uuid,
    /// The stream that grows.
    pub stream: StreamId,
    /// The version (last sequence, 0 for none) that the decision was made on.
    pub expected_version: u64,
    /// Other streams whose facts the decision rests on, with the versions that were read.
    pub depends_on: Vec<(StreamId, u64)>,
    /// None for a command that found everything as it wants it: what it rests on is checked all the same, and its
    /// `idempotency` recorded.
    pub events: Vec<NewEvent>,
    /// In the order of the events that make them.
    pub claims: Vec<ClaimChange>,
    /// Recorded in the same transaction.
    pub idempotency: Option<IdempotentRequest>,
}

/// A client's `Idempotency-Key`, with its scope and the request it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentRequest {
    /// Subject, method and path, and the key itself.
    pub key: IdempotencyKey,
    /// Of the request's body: see [`super::requests::Requests::kept_digest`].
    pub digest: [u8; 32],
    /// The HTTP status that a success answers with.
    pub status: u16,
    /// The resource that a success made or changed.
    pub resource_id: Uuid,
}

/// Where an idempotency key holds: keys of two subjects or two paths never meet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// The caller; nil for the system itself.
    pub subject: Uuid,
    /// Method and path, such as `POST /api/v1/bookings`.
    pub scope: String,
    /// 1 to 255 visible ASCII characters.
    pub key: String,
}

/// How long an idempotency key is remembered.
pub const IDEMPOTENCY_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

/// What an earlier request under the same key did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRequest {
    /// Of that request's body, as kept.
    pub digest: [u8; 32],
    /// Its HTTP status.
    pub status: u16,
    /// Its resource.
    pub resource_id: Uuid,
    /// The position of its last event, or of the log's last one where it changed nothing.
    pub position: u64,
}

/// The way into the log, for what no stream's own [store](crate::Store) does.
#[async_trait]
pub trait Log: Send + Sync {
    /// Appends everything, or nothing.
    ///
    /// # Errors
    /// See [`AppendError`].
    async fn append(&self, append: Append) -> Result<Appended, AppendError>;

    /// Goes a command's way without changing anything: who gets an answer could have appended.
    ///
    /// # Errors
    /// [`AppendError::Unavailable`].
    async fn check(&self) -> Result<(), AppendError>;
}

/// Events that are durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The position of the first event; the others follow without a gap. Without events: one above `last_position`.
    pub first_position: u64,
    /// The position of the last event. Without events: that of the log's last one.
    pub last_position: u64,
    /// The stream's version from now on.
    pub version: u64,
    /// When the log recorded them.
    pub recorded_at: Timestamp,
}

/// Why nothing was appended (but for [`AppendError::Unresolved`], where nobody knows yet).
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The own stream has moved on.
    #[error("the stream is at version {actual}")]
    StreamChanged {
        /// Its version now.
        actual: u64,
    },
    /// A stream that the decision rests on has moved on.
    #[error("{stream:?} has changed")]
    DependencyChanged {
        /// The first one found.
        stream: StreamId,
    },
    /// Somebody else holds a claim. Its text does not name it: it may be an e-mail address.
    #[error("a claim is taken")]
    ClaimTaken {
        /// The first one found.
        claim: Claim,
    },
    /// The idempotency key has been used; the digest tells whether it was for the same request.
    #[error("the idempotency key is used")]
    AlreadyDone(RecordedRequest),
    /// A value that the log cannot store, or more than it accepts at once.
    #[error("the command cannot be stored: {0}")]
    Rejected(String),
    /// The log cannot be reached, or its queue is full; nothing was appended.
    #[error("the log is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The connection broke while committing and the outcome could not be asked for in time.
    #[error("the outcome of the commit is not known")]
    Unresolved(#[source] Box<dyn std::error::Error + Send + Sync>),
}
