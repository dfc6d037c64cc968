//! Sessions: families of refresh tokens, each token spent by its use.

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use super::PortError;

/// The longest `User-Agent` that is kept, in characters.
pub const MAX_USER_AGENT: usize = 200;
/// The most sessions that a user has open at once: opening one more ends the one that was used longest ago.
pub const MAX_OPEN_SESSIONS: u32 = 100;
/// How long after its first use a refresh token may be presented again, as long as its successor was not used.
pub const REFRESH_GRACE_SECONDS: u32 = 10;

/// An open session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// The session's id.
    pub session_id: Uuid,
    /// When its owner signed in.
    pub opened_at: Timestamp,
    /// When it was last continued with a refresh token.
    pub refreshed_at: Timestamp,
    /// When it ends unless it is continued.
    pub expires_at: Timestamp,
    /// What the client that opened it called itself; forgotten with the session.
    pub user_agent: Option<String>,
}

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
    /// It is spent, here is the next one. Also where it was spent a moment ago and the answer got lost: then the token
    /// of that answer, which nobody has used, is withdrawn.
    Fresh {
        /// Whose session.
        user_id: Uuid,
        /// Which.
        session_id: Uuid,
        /// The next token of the family.
        refresh_token: String,
    },
    /// It was spent before, and its successor used or the grace over; or it was withdrawn. Somebody has a copy, so the
    /// whole family is revoked now.
    Reused {
        /// Whose session it was.
        user_id: Uuid,
    },
    /// No session has it.
    Unknown,
    /// Its session was closed.
    Over {
        /// Whose session it was.
        user_id: Uuid,
    },
    /// Its time is over.
    Expired,
}

/// The store of sessions.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Opens a session by the password of a version of the credentials. `user_agent` is cut to [`MAX_USER_AGENT`]
    /// printable characters.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn open(
        &self,
        user_id: Uuid,
        credentials_version: u64,
        user_agent: Option<&str>,
        now: Timestamp,
    ) -> Result<OpenedSession, PortError>;

    /// A user's open sessions, the one used last first; at most [`MAX_OPEN_SESSIONS`].
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn list(&self, user_id: Uuid, now: Timestamp) -> Result<Vec<OpenSession>, PortError>;

    /// Spends a refresh token.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn rotate(&self, refresh_token: &str, now: Timestamp) -> Result<Rotation, PortError>;

    /// Whose session a refresh token is of, spent or not, open or over; `None` for an unknown token.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn owner_of_token(&self, refresh_token: &str) -> Result<Option<Uuid>, PortError>;

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

    /// Ends one session of a user; whether there was such an open one.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn close_own(&self, user_id: Uuid, session_id: Uuid, now: Timestamp) -> Result<bool, PortError>;

    /// Ends every session of a user but one that was opened by an earlier password than that of `version`, whenever it
    /// was opened: until a change has taken effect, the old password still opens some.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn close_of_earlier_passwords(
        &self,
        user_id: Uuid,
        kept: Option<Uuid>,
        version: u64,
        now: Timestamp,
    ) -> Result<(), PortError>;

    /// Ends every session of a user that was opened by an instant: for a job, which may come when its reason is long
    /// past.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn close_older(&self, user_id: Uuid, opened_by: Timestamp, now: Timestamp) -> Result<(), PortError>;

    /// Ends every session of a user.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn close_all(&self, user_id: Uuid, now: Timestamp) -> Result<(), PortError>;
}
