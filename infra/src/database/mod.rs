//! The database that everything stands on: a PostgreSQL server, or the one that is embedded in this program.

#[cfg(feature = "embedded")]
mod embedded;
pub mod migrations;
mod server;
#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "embedded"))]
pub(crate) use embedded::EXTENSIONS;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use sqlx::PgPool;

use crate::config::Config;

/// How long closing may take: connections that are still in use, then the embedded server.
const CLOSE_DEADLINE: Duration = Duration::from_secs(10);

/// A pool of connections, and the embedded server where there is one.
pub struct Database {
    pool: PgPool,
    #[cfg(feature = "embedded")]
    embedded: Option<embedded::Embedded>,
}

/// Why there is no database. Each message says how to mend it; none shows a password.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The URL is not one; the configuration has been checked, so this is not met.
    #[error("DATABASE_URL is not a PostgreSQL URL")]
    Url(#[source] sqlx::Error),
    /// The server does not answer, or does not let us in.
    #[error("the PostgreSQL server of DATABASE_URL cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    /// Another process has the embedded database open.
    #[error(
        "another process has the data in {} open: a server runs there already. \
         Stop it, choose another folder with HBNB_DATA_DIR, or set DATABASE_URL to a PostgreSQL server that \
         several processes can share",
        .folder.display()
    )]
    InUse {
        /// The data folder.
        folder: PathBuf,
    },
    /// The embedded database does not start.
    #[error("the embedded database in {} does not start", .folder.display())]
    Embedded {
        /// The data folder.
        folder: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// This build has no embedded database.
    #[error("this build has no embedded database: set DATABASE_URL to a PostgreSQL server")]
    NotBuiltIn,
}

impl Database {
    /// Connects to the server of `DATABASE_URL`; without one, starts the embedded server on the data folder.
    ///
    /// # Errors
    /// See [`DatabaseError`].
    pub async fn open(config: &Config) -> Result<Self, DatabaseError> {
        match &config.database_url {
            Some(url) => Ok(Self::on_server(server::connect(url).await?)),
            None => Self::open_embedded(config).await,
        }
    }

    #[cfg(feature = "embedded")]
    async fn open_embedded(config: &Config) -> Result<Self, DatabaseError> {
        let (embedded, pool) = embedded::Embedded::start(&config.embedded_database_dir()).await?;
        Ok(Self { pool, embedded: Some(embedded) })
    }

    #[cfg(not(feature = "embedded"))]
    async fn open_embedded(_config: &Config) -> Result<Self, DatabaseError> {
        Err(DatabaseError::NotBuiltIn)
    }

    fn on_server(pool: PgPool) -> Self {
        Self {
            pool,
            #[cfg(feature = "embedded")]
            embedded: None,
        }
    }

    /// The pool; cheap to clone. On the embedded database it has a single connection, so that nobody may hold one
    /// while waiting for a second.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Whether this is the embedded database: one connection, no `LISTEN`, this process alone.
    pub fn is_embedded(&self) -> bool {
        #[cfg(feature = "embedded")]
        return self.embedded.is_some();
        #[cfg(not(feature = "embedded"))]
        return false;
    }

    /// Closes the pool, then stops the embedded server, which waits for its clients. Bounded: what does not end in
    /// time is left to the end of the process, which the log survives.
    pub async fn close(self) {
        self.close_by(Instant::now() + CLOSE_DEADLINE).await;
    }

    /// The same, by `end`; half of the time is kept for the embedded server.
    pub async fn close_by(self, end: Instant) {
        let left = end.saturating_duration_since(Instant::now());
        if tokio::time::timeout(left / 2, drain(&self.pool)).await.is_err() {
            tracing::warn!("connections to the database were still in use when it was closed");
        }
        #[cfg(feature = "embedded")]
        if let Some(embedded) = self.embedded {
            embedded.stop(end.saturating_duration_since(Instant::now())).await;
        }
    }
}

/// Closes every connection. A pool of one that is closed while its connection is on the way back keeps it, idle, and
/// the embedded server would wait for that client: closing again finds it.
async fn drain(pool: &PgPool) {
    loop {
        pool.close().await;
        if pool.size() == 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
}
