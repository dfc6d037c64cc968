//! Enqueuing and leasing.

use std::sync::Arc;
use std::time::Duration;

use commands::ports::clock::Clock;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::{FromRow, PgConnection, PgPool};

use super::error::QueueError;
use super::instant::{later, not_before, present};
use super::job::{Job, Lane, NewJob};
use super::wakeup::{Listener, POLL_EVERY, Wakeup};

/// Longest wait for one statement, the wait for a connection included.
const STATEMENT_DEADLINE: Duration = Duration::from_secs(10);

/// The queue; cheap to clone. Holds a connection for single statements only.
#[derive(Clone)]
pub struct JobQueue {
    pub(super) pool: PgPool,
    clock: Arc<dyn Clock>,
    wakeup: Wakeup,
    /// Whose jobs are leased from it; any may be added.
    lane: Lane,
}

/// Whether a job is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It will run.
    Added,
    /// A job under this key is, or was lately, in the queue: nothing was added.
    Known,
}

impl JobQueue {
    /// The queue in this pool's database, for workers of the house's lane.
    pub fn new(pool: PgPool, clock: Arc<dyn Clock>) -> Self {
        Self { pool, clock, wakeup: Wakeup::new(), lane: Lane::House }
    }

    /// The same queue for workers of another lane.
    #[must_use]
    pub fn in_lane(&self, lane: Lane) -> Self {
        Self { lane, ..self.clone() }
    }

    /// Adds a job as part of the caller's transaction, and under the caller's deadline: the job exists if and when that
    /// transaction commits. [`announce`](JobQueue::announce) it then.
    ///
    /// # Errors
    /// The database's; the transaction is then broken.
    pub async fn enqueue(&self, conn: &mut PgConnection, job: &NewJob) -> Result<Enqueued, sqlx::Error> {
        let insert = sqlx::query(
            "insert into jobs (kind, key, payload, run_at, max_attempts, created_at, lane) \
             values ($1, $2, $3::json, $4, $5, $6, $7) on conflict (key) do nothing",
        )
        .bind(&job.kind)
        .bind(&job.key)
        .bind(job.payload.to_string())
        .bind(not_before(job.run_at))
        .bind(i32::from(job.max_attempts.max(1)))
        .bind(present(self.now()))
        .bind(job.lane.name());
        let inserted = insert.execute(conn).await?.rows_affected();
        Ok(if inserted == 1 { Enqueued::Added } else { Enqueued::Known })
    }

    /// Wakes this process's workers if a job is due before they would look by themselves. To be called when the job's
    /// transaction has committed, or is about to: woken workers look several times.
    pub fn announce(&self, run_at: Timestamp) {
        if run_at <= later(self.now(), POLL_EVERY) {
            self.wakeup.call();
        }
    }

    /// Takes up to `limit` due jobs of the lane, the longest due first, and hides them from everybody else for `duration`. A job
    /// whose last allowed lease ran out unfinished is not returned but dead.
    ///
    /// # Errors
    /// [`QueueError`]; jobs that were leased nevertheless return when their lease ends.
    pub async fn lease(&self, limit: usize, duration: Duration) -> Result<Vec<Job>, QueueError> {
        let now = self.now();
        // Materialized: a subquery with SKIP LOCKED that is evaluated twice would lock more than the limit.
        let lease = sqlx::query_as::<_, LeasedRow>(
            "with due as materialized ( \
                 select id, attempts < max_attempts as again from jobs \
                 where lane = $4 and due_at <= $1 order by due_at, id limit $2 for update skip locked) \
             update jobs set \
                 state = case when again then 'leased' else 'dead' end, \
                 leased_until = case when again then $3 end, \
                 finished_at = case when again then null else $1 end, \
                 attempts = case when again then attempts + 1 else attempts end, \
                 last_error = case when again then last_error else 'the last attempt never ended' end, \
                 fence = fence + 1 \
             from due where jobs.id = due.id \
             returning jobs.id, kind, key, payload, run_at, created_at, attempts, max_attempts, fence, again",
        )
        .bind(present(now))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .bind(not_before(later(now, duration)))
        .bind(self.lane.name());
        let mut rows = within_deadline(lease.fetch_all(&self.pool)).await?;
        rows.sort_by_key(|row| (row.run_at.to_jiff(), row.id));
        for dead in rows.iter().filter(|row| !row.again) {
            tracing::error!(job = dead.id, kind = dead.kind, "a job is dead: its last attempt never ended");
        }
        Ok(rows.into_iter().filter(|row| row.again).map(Job::from).collect())
    }

    /// When the lane's next job is due, or the next lease ends; possibly in the past.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn next_due(&self) -> Result<Option<Timestamp>, QueueError> {
        let next = sqlx::query_scalar::<_, jiff_sqlx::Timestamp>(
            "select due_at from jobs where lane = $1 and due_at is not null order by due_at, id limit 1",
        )
        .bind(self.lane.name());
        Ok(within_deadline(next.fetch_optional(&self.pool)).await?.map(jiff_sqlx::Timestamp::to_jiff))
    }

    /// The queue's own time.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Makes this process's workers look at once.
    pub(super) fn wake(&self) {
        self.wakeup.call();
    }

    pub(super) fn listen(&self) -> Listener {
        self.wakeup.listen()
    }
}

/// Waits for one statement, but not for ever.
pub(super) async fn within_deadline<T>(
    statement: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, QueueError> {
    match tokio::time::timeout(STATEMENT_DEADLINE, statement).await {
        Ok(result) => Ok(result?),
        Err(_elapsed) => Err(QueueError::Late(STATEMENT_DEADLINE)),
    }
}

#[derive(FromRow)]
struct LeasedRow {
    id: i64,
    kind: String,
    key: String,
    payload: Value,
    run_at: jiff_sqlx::Timestamp,
    created_at: jiff_sqlx::Timestamp,
    attempts: i32,
    max_attempts: i32,
    fence: i64,
    again: bool,
}

impl From<LeasedRow> for Job {
    fn from(row: LeasedRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            key: row.key,
            payload: row.payload,
            run_at: row.run_at.to_jiff(),
            created_at: row.created_at.to_jiff(),
            attempt: row.attempts.unsigned_abs(),
            max_attempts: row.max_attempts.unsigned_abs(),
            fence: row.fence,
        }
    }
}
