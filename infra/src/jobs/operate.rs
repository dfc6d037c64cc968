//! What operators see of the queue and may do about it.

use async_trait::async_trait;
use commands::PortError;
use commands::ports::jobs::{JobCounts, JobDesk, JobRecord, JobState};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sqlx::FromRow;

use super::error::QueueError;
use super::instant::present;
use super::queue::{JobQueue, within_deadline};

/// How long a done job is kept, for the sake of its key.
const KEEP_DONE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Rows that one list returns at the most.
const LIST_LIMIT: u16 = 1_000;

impl JobQueue {
    /// Up to `limit` (at most 1,000) jobs in this state, in order of their numbers, from after `after_id` (0 for the
    /// first).
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn list(&self, state: JobState, after_id: i64, limit: u16) -> Result<Vec<JobRecord>, QueueError> {
        let rows = sqlx::query_as::<_, Row>(
            "select id, kind, key, payload, state, run_at, leased_until, attempts, max_attempts, last_error, \
             created_at, finished_at from jobs where state = $1 and id > $2 order by id limit $3",
        )
        .bind(state.name())
        .bind(after_id)
        .bind(i64::from(limit.min(LIST_LIMIT)));
        within_deadline(rows.fetch_all(&self.pool)).await?.into_iter().map(JobRecord::try_from).collect()
    }

    /// How many jobs stand where. Done ones are not counted.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn counts(&self) -> Result<JobCounts, QueueError> {
        let counts = sqlx::query_as::<_, (i64, i64, i64, i64, Option<jiff_sqlx::Timestamp>)>(
            "select count(*) filter (where state = 'ready'), \
                    count(*) filter (where state = 'ready' and run_at <= $1), \
                    count(*) filter (where state = 'leased'), \
                    count(*) filter (where state = 'dead'), \
                    min(run_at) filter (where state = 'ready' and run_at <= $1) \
             from jobs where due_at is not null or state = 'dead'",
        )
        .bind(present(self.now()));
        let (ready, due, leased, dead, oldest_due) = within_deadline(counts.fetch_one(&self.pool)).await?;
        Ok(JobCounts {
            ready: ready.unsigned_abs(),
            due: due.unsigned_abs(),
            leased: leased.unsigned_abs(),
            dead: dead.unsigned_abs(),
            oldest_due: oldest_due.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }

    /// Gives a dead job all its attempts anew, from now on. False: there is no dead job of this number.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn retry(&self, id: i64) -> Result<bool, QueueError> {
        let revive = sqlx::query(
            "update jobs set state = 'ready', run_at = $2, attempts = 0, finished_at = null \
             where id = $1 and state = 'dead'",
        )
        .bind(id)
        .bind(present(self.now()));
        let revived = within_deadline(revive.execute(&self.pool)).await?.rows_affected() == 1;
        if revived {
            self.wake();
        }
        Ok(revived)
    }

    /// Forgets a dead job. False: there is no dead job of this number.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn discard(&self, id: i64) -> Result<bool, QueueError> {
        let delete = sqlx::query("delete from jobs where id = $1 and state = 'dead'").bind(id);
        Ok(within_deadline(delete.execute(&self.pool)).await?.rows_affected() == 1)
    }

    /// Forgets at most `limit` of the jobs that have been done for a week; returns how many.
    ///
    /// # Errors
    /// [`QueueError`].
    pub async fn prune(&self, limit: u32) -> Result<u64, QueueError> {
        let before = self.now().saturating_sub(KEEP_DONE).unwrap_or(Timestamp::MIN);
        let delete = sqlx::query(
            "delete from jobs where id = any(array( \
                 select id from jobs where state = 'done' and finished_at < $1 order by finished_at limit $2))",
        )
        .bind(present(before))
        .bind(i64::from(limit));
        Ok(within_deadline(delete.execute(&self.pool)).await?.rows_affected())
    }
}

#[async_trait]
impl JobDesk for JobQueue {
    async fn list(&self, state: JobState, after_id: i64, limit: u16) -> Result<Vec<JobRecord>, PortError> {
        Self::list(self, state, after_id, limit).await.map_err(PortError::new)
    }

    async fn counts(&self) -> Result<JobCounts, PortError> {
        Self::counts(self).await.map_err(PortError::new)
    }

    async fn retry(&self, id: i64) -> Result<bool, PortError> {
        Self::retry(self, id).await.map_err(PortError::new)
    }

    async fn discard(&self, id: i64) -> Result<bool, PortError> {
        Self::discard(self, id).await.map_err(PortError::new)
    }
}

#[derive(FromRow)]
struct Row {
    id: i64,
    kind: String,
    key: String,
    payload: Value,
    state: String,
    run_at: jiff_sqlx::Timestamp,
    leased_until: Option<jiff_sqlx::Timestamp>,
    attempts: i32,
    max_attempts: i32,
    last_error: Option<String>,
    created_at: jiff_sqlx::Timestamp,
    finished_at: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<Row> for JobRecord {
    type Error = QueueError;

    fn try_from(row: Row) -> Result<Self, QueueError> {
        let Ok(state) = row.state.parse() else {
            return Err(QueueError::UnknownState { id: row.id, state: row.state });
        };
        Ok(Self {
            id: row.id,
            kind: row.kind,
            key: row.key,
            payload: row.payload,
            state,
            run_at: row.run_at.to_jiff(),
            leased_until: row.leased_until.map(jiff_sqlx::Timestamp::to_jiff),
            attempts: row.attempts.unsigned_abs(),
            max_attempts: row.max_attempts.unsigned_abs(),
            last_error: row.last_error,
            created_at: row.created_at.to_jiff(),
            finished_at: row.finished_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}
