//! Takes due jobs and runs a bounded number of them at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::error::{QueueError, describe};
use super::instant::until;
use super::job::{Job, JobHandler};
use super::queue::JobQueue;
use super::running::Run;
use super::wakeup::{POLL_EVERY, SHORTEST_PAUSE, longest_pause};

/// By how much a lease outlives its handler's deadline: time to write the outcome, and what the clocks of two machines
/// may differ by before one takes the other's running job.
const LEASE_MARGIN: Duration = Duration::from_secs(15);

/// Pauses after the table could not be read.
const FAULT_BACKOFF: Backoff = Backoff { first: Duration::from_millis(500), longest: Duration::from_secs(15) };

/// How a worker works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerSettings {
    /// Jobs that run at the same time; at least 1.
    pub concurrency: usize,
    /// How long a handler may take.
    pub deadline: Duration,
    /// How failed jobs wait.
    pub backoff: Backoff,
    /// How long a stopping worker waits for its running jobs before it hands them back unfinished.
    pub drain: Duration,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            concurrency: 8,
            deadline: Duration::from_secs(45),
            backoff: Backoff::default(),
            drain: Duration::from_secs(20),
        }
    }
}

/// Runs jobs. Any number of workers, in any number of processes, share a queue.
pub struct Worker {
    queue: JobQueue,
    handler: Arc<dyn JobHandler>,
    settings: WorkerSettings,
    running: JoinSet<()>,
    /// Fires when a stopping worker will wait for its running jobs no longer.
    abandon: CancellationToken,
    faults: u32,
    /// Since the last call.
    looks_in_vain: u32,
}

impl Worker {
    /// A worker that has yet to run.
    pub fn new(queue: JobQueue, handler: Arc<dyn JobHandler>, settings: WorkerSettings) -> Self {
        Self {
            queue,
            handler,
            settings,
            running: JoinSet::new(),
            abandon: CancellationToken::new(),
            faults: 0,
            looks_in_vain: 0,
        }
    }

    /// Works until `shutdown`; then takes no more jobs, finishes the running ones, and hands back what is still
    /// running after the drain time.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let mut wakeups = self.queue.listen();
        while !shutdown.is_cancelled() {
            if wakeups.answer() {
                self.looks_in_vain = 0;
            }
            let pause = self.take(&shutdown).await;
            let has_room = self.room() > 0;
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                Some(_) = self.running.join_next() => while self.running.try_join_next().is_some() {},
                () = wakeups.called(), if has_room => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.drain().await;
    }

    /// Leases as many due jobs as there is room for and starts them. Returns how long to wait for more.
    async fn take(&mut self, shutdown: &CancellationToken) -> Duration {
        match self.try_take(shutdown).await {
            Ok(pause) => {
                self.faults = 0;
                pause
            }
            Err(error) => {
                self.faults = self.faults.saturating_add(1);
                tracing::warn!(error = describe(&error), faults = self.faults, "jobs cannot be taken");
                FAULT_BACKOFF.after(self.faults)
            }
        }
    }

    async fn try_take(&mut self, shutdown: &CancellationToken) -> Result<Duration, QueueError> {
        let room = self.room();
        if room == 0 {
            return Ok(POLL_EVERY);
        }
        // The deadline counts from before the lease does, so that it is over before the lease is.
        let deadline = Instant::now() + self.settings.deadline;
        let jobs = self.queue.lease(room, self.settings.deadline + LEASE_MARGIN).await?;
        let full = jobs.len() == room;
        self.looks_in_vain = if jobs.is_empty() { self.looks_in_vain.saturating_add(1) } else { 0 };
        for job in jobs {
            if shutdown.is_cancelled() {
                self.queue.release(&job).await?;
            } else {
                self.start(job, deadline);
            }
        }
        if full {
            return Ok(POLL_EVERY);
        }
        let next = self.queue.next_due().await?;
        let pause = next.map_or(POLL_EVERY, |next| until(next, self.queue.now()));
        Ok(pause.clamp(SHORTEST_PAUSE, longest_pause(self.looks_in_vain)))
    }

    fn room(&self) -> usize {
        self.settings.concurrency.max(1).saturating_sub(self.running.len())
    }

    fn start(&mut self, job: Job, deadline: Instant) {
        let run = Run {
            queue: self.queue.clone(),
            handler: Arc::clone(&self.handler),
            backoff: self.settings.backoff,
            job,
            deadline,
            abandon: self.abandon.clone(),
        };
        self.running.spawn(run.finish());
    }

    async fn drain(mut self) {
        let all = async { while self.running.join_next().await.is_some() {} };
        if tokio::time::timeout(self.settings.drain, all).await.is_err() {
            self.abandon.cancel();
            // Each has only its outcome left to write, and gives that up by itself: see `Run::finish`.
            while self.running.join_next().await.is_some() {}
        }
    }
}
