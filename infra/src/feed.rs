//! The log as projections read it.

use async_trait::async_trait;
use projections::{Feed, FeedError, FeedFault, FeedItem};
use sqlx::PgConnection;

use crate::event_store::{LogEntry, last_position, read_after};
use crate::personal_data::PersonKeys;

/// Reads the log with the keys that open personal data.
#[derive(Clone)]
pub(crate) struct LogFeed(PersonKeys);

impl LogFeed {
    /// A feed of the log whose personal data `keys` opens.
    pub(crate) fn new(keys: PersonKeys) -> Self {
        Self(keys)
    }
}

#[async_trait]
impl Feed for LogFeed {
    async fn read_after(&self, conn: &mut PgConnection, position: u64, limit: u32) -> Result<Vec<FeedItem>, FeedError> {
        let entries = read_after(conn, &self.0, position, limit).await.map_err(|error| FeedError(Box::new(error)))?;
        Ok(entries.into_iter().map(item).collect())
    }

    async fn head(&self, conn: &mut PgConnection) -> Result<u64, FeedError> {
        Ok(last_position(conn).await?)
    }
}

fn item(entry: LogEntry) -> FeedItem {
    FeedItem { position: entry.position, events: entry.lifted.map_err(|fault| FeedFault(Box::new(fault))) }
}
