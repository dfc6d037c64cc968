//! One leased job, from the handler's call to the end of its lease.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::error::{QueueError, describe};
use super::instant::later;
use super::job::{Job, JobFailure, JobHandler};
use super::queue::JobQueue;
use super::settle::Settled;

/// Pauses between attempts to write how a job ended. When they are used up the lease is left to run out.
const SETTLE_PAUSES: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(500), Duration::from_millis(2_500)];

/// A job on its way through a handler.
pub(super) struct Run {
    pub(super) queue: JobQueue,
    pub(super) handler: Arc<dyn JobHandler>,
    pub(super) backoff: Backoff,
    pub(super) job: Job,
    /// When the handler is given up, which is before the lease ends.
    pub(super) deadline: Instant,
    /// Fires when a stopping worker will wait no longer.
    pub(super) abandon: CancellationToken,
}

/// How the handler came out.
enum Outcome {
    Done,
    Retry(String),
    Final(String),
    Abandoned,
}

impl Run {
    /// Runs the handler, then writes how it came out.
    pub(super) async fn finish(self) {
        let outcome = self.handle().await;
        self.log(&outcome);
        let mut pauses = SETTLE_PAUSES.iter();
        loop {
            let error = match self.settle(&outcome).await {
                Ok(Settled::Accepted) => return,
                Ok(Settled::Stale) => {
                    tracing::warn!(job = self.job.id, "a job's lease had run out before its outcome was written");
                    return;
                }
                Err(error) => error,
            };
            let Some(pause) = pauses.next() else {
                tracing::error!(job = self.job.id, error = describe(&error), "a job's outcome could not be written");
                return;
            };
            tokio::time::sleep(*pause).await;
        }
    }

    async fn handle(&self) -> Outcome {
        let caught = AssertUnwindSafe(self.handler.run(&self.job)).catch_unwind();
        tokio::select! {
            biased;
            ended = tokio::time::timeout_at(self.deadline, caught) => match ended {
                Ok(Ok(Ok(()))) => Outcome::Done,
                Ok(Ok(Err(JobFailure::Retry(source)))) => Outcome::Retry(describe(source.as_ref())),
                Ok(Ok(Err(JobFailure::Final(source)))) => Outcome::Final(describe(source.as_ref())),
                Ok(Err(panic)) => Outcome::Retry(format!("the handler panicked: {}", message(panic.as_ref()))),
                Err(_elapsed) => Outcome::Retry("the handler did not end in time".to_owned()),
            },
            () = self.abandon.cancelled() => Outcome::Abandoned,
        }
    }

    async fn settle(&self, outcome: &Outcome) -> Result<Settled, QueueError> {
        match outcome {
            Outcome::Done => self.queue.complete(&self.job).await,
            Outcome::Final(error) => self.queue.bury(&self.job, error).await,
            Outcome::Abandoned => self.queue.release(&self.job).await,
            Outcome::Retry(error) => {
                let next = later(self.queue.now(), self.backoff.after(self.job.attempt));
                self.queue.retry_at(&self.job, next, error).await
            }
        }
    }

    fn log(&self, outcome: &Outcome) {
        let Job { id, kind, attempt, max_attempts, .. } = &self.job;
        match outcome {
            Outcome::Done => tracing::debug!(job = id, kind, attempt, "a job is done"),
            Outcome::Abandoned => tracing::warn!(job = id, kind, attempt, "a job was interrupted and will run again"),
            Outcome::Retry(error) if attempt < max_attempts => {
                tracing::warn!(job = id, kind, attempt, error, "a job failed and will be tried again");
            }
            Outcome::Retry(error) | Outcome::Final(error) => {
                tracing::error!(job = id, kind, attempt, error, "a job is dead");
            }
        }
    }
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    // As an error's text: cut, and without what PostgreSQL cannot store.
    let said: Box<dyn std::error::Error> =
        text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("(no message)").into();
    describe(said.as_ref())
}
