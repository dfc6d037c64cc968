//! How reading can fail.

/// Why a view could not answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The page lies beyond [`crate::PAGED_ROWS`]: only a cursor leads there.
    #[error("the page lies beyond the rows that pages reach")]
    UseCursor,
    /// The list goes on in an engine that cannot answer now.
    #[error("the search engine that began the list cannot go on with it now")]
    EngineAway,
    /// No list that this program has goes on behind the key.
    #[error("the key is of no list of this program")]
    ForeignKey,
    /// The database cannot be reached, or did not answer in time.
    #[error("the views are not available")]
    Unavailable(#[source] sqlx::Error),
    /// A row holds what its view never writes.
    #[error("a view holds a row that cannot be read")]
    Corrupt(#[source] sqlx::Error),
    /// The log itself could not be read.
    #[error(transparent)]
    Feed(#[from] crate::FeedError),
}

impl From<sqlx::Error> for ReadError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::ColumnIndexOutOfBounds { .. } => Self::Corrupt(error),
            other => Self::Unavailable(other),
        }
    }
}
