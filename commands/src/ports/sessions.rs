//! Sessions: families of refresh tokens, each token spent by its use.

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use super::PortError;

/// A session somebody has just opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedSession {
    /// The session's id: the family of its refresh tokens.
    pub session_id: Uuid,
    /// The first token of the family; only its hash is stored.
    pub refresh_token: String,
}

/// What became of a refresh token that was presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// It is spent, here is the next one.
    Fresh {
        /// Whose session.
        user_id: Uuid,
        /// Which.
        session_id: Uuid,
        /// The next token of the family.
        refresh_token: String,
    },
    /// It was spent before: somebody has a copy, so the whole family is revoked now.
    Reused {
        /// Whose session it was.
        user_id: Uuid,
    },
    /// No session has it, or the session is over.
    Unknown,
    /// Its time is over.
    Expired,
}

/// The store of sessions.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Opens a session.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn open(&self, user_id: Uuid, now: Timestamp) -> Result<OpenedSession, PortError>;

    /// Spends a refresh token.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn rotate(&self, refresh_token: &str, now: Timestamp) -> Result<Rotation, PortError>;

    /// Ends the session of a refresh token, spent or not. An unknown token ends nothing.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn close_by_token(&self, refresh_token: &str, now: Timestamp) -> Result<(), PortError>;

    /// Ends one session.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn close(&self, session_id: Uuid, now: Timestamp) -> Result<(), PortError>;

    /// Ends every session of a user.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn close_all(&self, user_id: Uuid, now: Timestamp) -> Result<(), PortError>;
}
