//! Why Meilisearch cannot be used.

use meilisearch_sdk::errors::{Error, ErrorCode};
use projections::search::IndexError;

use super::NAME;
use super::http::was_not_sent;

/// Why the settings for Meilisearch cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The key has characters that no HTTP header may have.
    #[error("MEILI_KEY has characters that no key has")]
    Key(#[from] axum::http::header::InvalidHeaderValue),
    /// TLS cannot be spoken.
    #[error("connections to MEILI_URL cannot be made safe")]
    Tls(#[from] rustls::Error),
}

/// What Meilisearch answered instead of what was asked for, or why it did not answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum MeiliError {
    /// It could not be reached.
    #[error("Meilisearch cannot be reached")]
    Unreachable(#[source] Error),
    /// It was sent something, and did not answer in time, or as Meilisearch does.
    #[error("Meilisearch does not answer")]
    Silent(#[source] Error),
    /// It wants another key.
    #[error(
        "Meilisearch refuses the key: MEILI_KEY must allow `search`, `documents.*`, `indexes.*`, `settings.*` and `tasks.*`"
    )]
    Key(#[source] Error),
    /// The index is not there, or was not made by us.
    #[error("the index is not there as it was made")]
    Missing(#[source] Error),
    /// Anything else.
    #[error("Meilisearch refuses the request")]
    Refused(#[source] Error),
    /// More places are equal in the order than it is worth ordering here; the database does.
    #[error("too many places are equal")]
    Crowded,
    /// A task of ours failed.
    #[error("Meilisearch could not do task {uid}: {problem}")]
    Task {
        /// Its number there.
        uid: u64,
        /// Why.
        problem: String,
    },
    /// A task of ours is not done.
    #[error("Meilisearch has not done task {uid} in time; it waits for others, or is too slow")]
    Late {
        /// Its number there.
        uid: u64,
    },
    /// What is shown of a place is not as it was written, or cannot be.
    #[error("what is shown of a place cannot be written or read as JSON")]
    Shown(#[source] serde_json::Error),
    /// An answer lacks what every answer has.
    #[error("Meilisearch answers without `{0}`: this version of it is not known")]
    Unknown(&'static str),
}

impl From<Error> for MeiliError {
    fn from(error: Error) -> Self {
        match &error {
            Error::Meilisearch(told) => match told.error_code {
                ErrorCode::IndexNotFound
                | ErrorCode::InvalidSearchFilter
                | ErrorCode::InvalidSearchSort
                | ErrorCode::InvalidSearchFacets => Self::Missing(error),
                ErrorCode::InvalidApiKey | ErrorCode::MissingAuthorizationHeader => Self::Key(error),
                _ => Self::Refused(error),
            },
            _ if was_not_sent(&error) => Self::Unreachable(error),
            _ => Self::Silent(error),
        }
    }
}

impl From<MeiliError> for IndexError {
    fn from(error: MeiliError) -> Self {
        match error {
            MeiliError::Crowded => Self::Declined { name: NAME, why: "too many places are equal" },
            error @ MeiliError::Silent(_) => Self::Unheard { name: NAME, source: Box::new(error) },
            error => Self::Failed { name: NAME, source: Box::new(error) },
        }
    }
}
