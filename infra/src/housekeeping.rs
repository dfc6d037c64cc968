//! What may be forgotten is forgotten, now and then.

use std::time::Duration;

use commands::Commands;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::auth::{PgAccountTokens, PgAccounts, PgSessions};
use crate::event_store::sweep_idempotency_keys;
use crate::personal_data::PersonKeys;

/// Between two rounds.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// A registration takes seconds; what it left behind a day ago never reached the log.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// Rows that one sweep removes in one round.
const ROWS: u32 = 10_000;

type SweepError = Box<dyn std::error::Error + Send + Sync>;

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
            self.round().await;
            if stop.run_until_cancelled(tokio::time::sleep(EVERY)).await.is_none() {
                return;
            }
        }
    }

    /// Each sweep for itself: one that fails is put off, the others go on.
    async fn round(&self) {
        let (pool, now) = (&self.pool, self.commands.now());
        let keys = async { Ok(sweep_idempotency_keys(&mut *pool.acquire().await?, ROWS).await?) };
        told("idempotency keys", keys).await;
        let sessions = async { Ok(PgSessions::sweep_expired(&mut *pool.acquire().await?, now, ROWS).await?) };
        told("sessions", sessions).await;
        let tokens = async { Ok(PgAccountTokens::sweep_expired(&mut *pool.acquire().await?, now, ROWS).await?) };
        told("account tokens", tokens).await;
        let staged = async { Ok(PgAccounts::sweep_staged(&mut *pool.acquire().await?, ORPHAN_AGE, ROWS).await?) };
        told("staged passwords", staged).await;
        let credentials = async { Ok(PgAccounts::sweep_orphans(&mut *pool.acquire().await?, ORPHAN_AGE, ROWS).await?) };
        told("credentials", credentials).await;
        let keys = async { Ok(self.keys.sweep_orphans(&mut *pool.acquire().await?, ORPHAN_AGE, ROWS).await?) };
        told("personal keys", keys).await;
    }
}

async fn told(what: &'static str, sweep: impl Future<Output = Result<u64, SweepError>>) {
    match sweep.await {
        Ok(0) => {}
        Ok(rows) => tracing::info!(what, rows, "what may be forgotten is forgotten"),
        Err(error) => tracing::warn!(what, error = &*error, "a sweep is put off until the next round"),
    }
}
