//! What may be forgotten is forgotten, now and then.

use std::time::Duration;

use commands::Commands;
use sqlx::{PgConnection, PgPool};
use tokio_util::sync::CancellationToken;

use crate::auth::{PgAccounts, PgSessions};
use crate::event_store::sweep_idempotency_keys;
use crate::personal_data::PersonKeys;

/// Between two rounds.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// A registration takes seconds; what it left behind a day ago never reached the log.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// Sessions removed in one round.
const SESSIONS: u32 = 10_000;

/// Sweeps of expired and orphaned rows. Every process may run them; they are harmless to repeat.
#[derive(Clone)]
pub(crate) struct Housekeeping {
    pool: PgPool,
    keys: PersonKeys,
    commands: Commands,
}

impl Housekeeping {
    /// Sweeps of one database.
    pub(crate) fn new(pool: PgPool, keys: PersonKeys, commands: Commands) -> Self {
        Self { pool, keys, commands }
    }

    /// A round now and one every hour, until `stop`.
    pub(crate) async fn run(self, stop: CancellationToken) {
        loop {
            if let Err(error) = self.round().await {
                tracing::warn!(error = &*error, "housekeeping is put off until its next round");
            }
            if stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_none() {
                return;
            }
        }
    }

    async fn round(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut connection = self.pool.acquire().await?;
        let connection: &mut PgConnection = &mut connection;
        sweep_idempotency_keys(connection).await?;
        PgSessions::sweep_expired(connection, self.commands.now(), SESSIONS).await?;
        PgAccounts::sweep_orphans(connection, ORPHAN_AGE).await?;
        self.keys.sweep_orphans(connection, ORPHAN_AGE).await?;
        Ok(())
    }
}
