//! Where events come from.

use async_trait::async_trait;
use domain::RecordedEvent;
use sqlx::PgConnection;

/// The log as projections read it: in order, lifted to today's events.
#[async_trait]
pub trait Feed: Send + Sync {
    /// The next positions after `position`, at most `limit` of them, ascending and without a gap; none at the head.
    ///
    /// Reads on the connection it is given and no other: the embedded database has only one.
    ///
    /// # Errors
    /// [`FeedError`] where nothing could be read at all; one event that cannot be lifted is a [`FeedFault`] of its item.
    async fn read_after(&self, conn: &mut PgConnection, position: u64, limit: u32) -> Result<Vec<FeedItem>, FeedError>;

    /// The log's last position; 0 while it is empty.
    ///
    /// # Errors
    /// [`FeedError`].
    async fn head(&self, conn: &mut PgConnection) -> Result<u64, FeedError>;
}

/// One position of the log.
#[derive(Debug)]
pub struct FeedItem {
    /// 1, 2, 3, ... over the whole log.
    pub position: u64,
    /// What an event of that position is today: none, one or several.
    pub events: Result<Vec<RecordedEvent>, FeedFault>,
}

/// Why the log could not be read; trying again may help.
#[derive(Debug, thiserror::Error)]
#[error("the log could not be read")]
pub struct FeedError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Why one event could not be unsealed or lifted; it stops a projection as an event does that cannot be applied.
#[derive(Debug, thiserror::Error)]
#[error("the event could not be read")]
pub struct FeedFault(#[source] pub Box<dyn std::error::Error + Send + Sync>);

impl From<sqlx::Error> for FeedError {
    fn from(error: sqlx::Error) -> Self {
        Self(Box::new(error))
    }
}
