//! How a lease ends. Every statement names the lease's fence: the holder of an older lease changes nothing.

use jiff::Timestamp;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{Postgres, query};

use super::error::QueueError;
use super::instant::{not_before, present};
use super::job::Job;
use super::queue::{JobQueue, within_deadline};

/// Whether a lease's holder still had a say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It had: the job is as it said.
    Accepted,
    /// The lease had run out and another worker, or an operator, has been at the job since: nothing changed.
    Stale,
}

impl JobQueue {
    /// The job is done.
    ///
    /// # Errors
    /// [`QueueError`]; the job will then run again unless this is repeated with success.
    pub async fn complete(&self, job: &Job) -> Result<Settled, QueueError> {
        let done = query(
            "update jobs set state = 'done', leased_until = null, finished_at = $3, last_error = null \
             where id = $1 and fence = $2 and state = 'leased'",
        );
        self.settle(done.bind(job.id).bind(job.fence).bind(present(self.now()))).await
    }

    /// The attempt failed: the job is ready again at `next`, or dead if that was its last attempt.
    ///
    /// # Errors
    /// [`QueueError`]; the job returns when its lease ends.
    pub async fn retry_at(&self, job: &Job, next: Timestamp, error: &str) -> Result<Settled, QueueError> {
        if job.attempt >= job.max_attempts {
            return self.bury(job, error).await;
        }
        let ready = query(
            "update jobs set state = 'ready', leased_until = null, run_at = $3, last_error = $4 \
             where id = $1 and fence = $2 and state = 'leased'",
        );
        self.settle(ready.bind(job.id).bind(job.fence).bind(not_before(next)).bind(error)).await
    }

    /// The job will never succeed: it is dead, for operators to see.
    ///
    /// # Errors
    /// [`QueueError`]; the job returns when its lease ends.
    pub async fn bury(&self, job: &Job, error: &str) -> Result<Settled, QueueError> {
        let dead = query(
            "update jobs set state = 'dead', leased_until = null, finished_at = $3, last_error = $4 \
             where id = $1 and fence = $2 and state = 'leased'",
        );
        self.settle(dead.bind(job.id).bind(job.fence).bind(present(self.now())).bind(error)).await
    }

    /// The job was not run, or not to its end, through no fault of its own: it is ready at once and the attempt does
    /// not count.
    ///
    /// # Errors
    /// [`QueueError`]; the job returns when its lease ends.
    pub async fn release(&self, job: &Job) -> Result<Settled, QueueError> {
        let ready = query(
            "update jobs set state = 'ready', leased_until = null, attempts = attempts - 1 \
             where id = $1 and fence = $2 and state = 'leased'",
        );
        self.settle(ready.bind(job.id).bind(job.fence)).await
    }

    async fn settle(&self, update: Query<'_, Postgres, PgArguments>) -> Result<Settled, QueueError> {
        let updated = within_deadline(update.execute(&self.pool)).await?.rows_affected();
        Ok(if updated == 1 { Settled::Accepted } else { Settled::Stale })
    }
}
