//! What may be forgotten is forgotten, now and then.

use std::time::Duration;

use commands::Commands;
use commands::ports::viewed_places::PlaceView;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::auth::{PgAccountTokens, PgAccounts, PgSessions};
use crate::event_store::sweep_idempotency_keys;
use crate::jobs::JobQueue;
use crate::mail::PgMailQuota;
use crate::personal_data::PersonKeys;
use crate::viewed_places::PgViewedPlaces;

/// Between two rounds.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// A registration takes seconds; what it left behind a day ago never reached the log.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// Rows that one statement removes: a sweep repeats it, so that nobody waits long for a connection meanwhile.
const ROWS: u32 = 1_000;

type SweepError = Box<dyn std::error::Error + Send + Sync>;

/// Sweeps of expired and orphaned rows. Every process may run them; they are harmless to repeat.
#[derive(Clone)]
pub(crate) struct Housekeeping {
    pool: PgPool,
    keys: PersonKeys,
    commands: Commands,
    jobs: JobQueue,
}

impl Housekeeping {
    /// Sweeps of one database.
    pub(crate) fn new(pool: PgPool, keys: PersonKeys, commands: Commands, jobs: JobQueue) -> Self {
        Self { pool, keys, commands, jobs }
    }

    /// A round now and one every hour, until `stop`.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let forever = async {
            loop {
                self.round().await;
                tokio::time::sleep(EVERY).await;
            }
        };
        let _stopped: Option<()> = stop.run_until_cancelled(forever).await;
    }

    /// Each sweep for itself: one that fails is put off, the others go on.
    async fn round(&self) {
        report("idempotency keys", all(|| self.idempotency_keys()).await);
        report("sessions", all(|| self.sessions()).await);
        report("refresh tokens", all(|| self.refresh_tokens()).await);
        report("account tokens", all(|| self.account_tokens()).await);
        report("counted letters", all(|| self.letters()).await);
        report("staged passwords", all(|| self.staged_passwords()).await);
        report("credentials", all(|| self.credentials()).await);
        report("personal keys", all(|| self.personal_keys()).await);
        report("done jobs", all(|| self.done_jobs()).await);
        report("old views of places", all(|| self.old_views()).await);
        report("too many views of places", all(|| self.many_views()).await);
    }

    async fn idempotency_keys(&self) -> Result<u64, SweepError> {
        Ok(sweep_idempotency_keys(&mut *self.pool.acquire().await?, ROWS).await?)
    }

    async fn sessions(&self) -> Result<u64, SweepError> {
        Ok(PgSessions::sweep_expired(&mut *self.pool.acquire().await?, self.commands.now(), ROWS).await?)
    }

    async fn refresh_tokens(&self) -> Result<u64, SweepError> {
        Ok(PgSessions::sweep_tokens(&mut *self.pool.acquire().await?, self.commands.now(), ROWS).await?)
    }

    async fn account_tokens(&self) -> Result<u64, SweepError> {
        Ok(PgAccountTokens::sweep_expired(&mut *self.pool.acquire().await?, self.commands.now(), ROWS).await?)
    }

    async fn letters(&self) -> Result<u64, SweepError> {
        Ok(PgMailQuota::sweep_old(&mut *self.pool.acquire().await?, self.commands.now(), ROWS).await?)
    }

    async fn staged_passwords(&self) -> Result<u64, SweepError> {
        Ok(PgAccounts::sweep_staged(&mut *self.pool.acquire().await?, ORPHAN_AGE, ROWS).await?)
    }

    async fn credentials(&self) -> Result<u64, SweepError> {
        Ok(PgAccounts::sweep_orphans(&mut *self.pool.acquire().await?, ORPHAN_AGE, ROWS).await?)
    }

    async fn personal_keys(&self) -> Result<u64, SweepError> {
        Ok(self.keys.sweep_orphans(&mut *self.pool.acquire().await?, ORPHAN_AGE, ROWS).await?)
    }

    async fn done_jobs(&self) -> Result<u64, SweepError> {
        Ok(self.jobs.prune(ROWS).await?)
    }

    async fn old_views(&self) -> Result<u64, SweepError> {
        let hour = PlaceView::hour_of(self.commands.now());
        Ok(PgViewedPlaces::sweep_old(&mut *self.pool.acquire().await?, hour, ROWS).await?)
    }

    async fn many_views(&self) -> Result<u64, SweepError> {
        let hour = PlaceView::hour_of(self.commands.now());
        Ok(PgViewedPlaces::sweep_many(&mut *self.pool.acquire().await?, hour, ROWS).await?)
    }
}

/// Repeats a sweep until it finds fewer rows than it may remove.
async fn all<F>(sweep: impl Fn() -> F) -> Result<u64, SweepError>
where
    F: Future<Output = Result<u64, SweepError>>,
{
    let mut swept = 0;
    loop {
        let rows = sweep().await?;
        swept += rows;
        if rows < u64::from(ROWS) {
            return Ok(swept);
        }
    }
}

fn report(what: &'static str, swept: Result<u64, SweepError>) {
    match swept {
        Ok(0) => {}
        Ok(rows) => tracing::info!(what, rows, "what may be forgotten is forgotten"),
        Err(error) => tracing::warn!(what, error = &*error, "a sweep is put off until the next round"),
    }
}
