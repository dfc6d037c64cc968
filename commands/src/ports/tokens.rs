//! Access tokens: who is calling.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::user::Role;
use jiff::Timestamp;
use uuid::Uuid;

use super::PortError;
use crate::actor::Actor;

/// How long an access token lasts, in seconds.
pub const ACCESS_TOKEN_SECONDS: u32 = 3_600;
/// How long a refresh token lasts, in seconds.
pub const REFRESH_TOKEN_SECONDS: u32 = 604_800;

/// Why a bearer token is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// It was good once: refreshing helps.
    #[error("the access token has expired")]
    Expired,
    /// It is not ours, was changed, or its session is over.
    #[error("the access token is not valid")]
    Invalid,
    /// Whether its session is over cannot be told now.
    #[error("the access token cannot be checked")]
    Unavailable(#[source] PortError),
}

/// Issues and checks access tokens.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// A signed token for a session, good for [`ACCESS_TOKEN_SECONDS`]. `standing` is the account's
    /// version with the roles that it has there.
    ///
    /// # Errors
    /// When it cannot be signed.
    fn issue(
        &self,
        user_id: Uuid,
        session_id: Uuid,
        standing: (u64, &BTreeSet<Role>),
        now: Timestamp,
    ) -> Result<String, PortError>;

    /// Who presents a token. Within a second of its session's end, or of the account being closed or suspended, it is
    /// refused; within a second of a role being granted or revoked, the actor has the roles of the log instead of those
    /// in the token.
    ///
    /// # Errors
    /// See [`AuthError`].
    async fn authenticate(&self, bearer: &str, now: Timestamp) -> Result<Actor, AuthError>;
}
