//! The way into the log.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use commands::ports::log::{Append, AppendError, Appended, Log, StreamId};
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::command::Command;
use super::connection::{Connections, WriteTo};
use super::counters::{AppenderCounters, Counters};
use super::intake::Intake;
use super::ticket::{Job, NotDone};
use super::wakeups::Wakeups;
use super::writer::Writer;
use crate::personal_data::MasterKey;

/// How long it is believed that the log takes commands: however many ask, the lock is taken twice a second for them.
const CHECK_HOLDS: Duration = Duration::from_millis(500);

/// Bounds of an appender.
#[derive(Debug, Clone, Copy)]
pub struct AppenderSettings {
    /// How many commands may wait; one more is told at once that the log is not available.
    pub queue: usize,
    /// How many bytes of events may wait, counting those of the batch at hand; one command more is told the same.
    pub queue_bytes: usize,
    /// How long a command may wait before it starts. One that has started is answered truthfully, whenever that is:
    /// on a server that falls silent the time-outs behind it add up to a minute and a half.
    pub patience: Duration,
    /// How long the outcome of a commit is asked for whose answer was lost.
    pub resolve_within: Duration,
}

impl Default for AppenderSettings {
    fn default() -> Self {
        Self {
            queue: 4096,
            queue_bytes: 64 * 1024 * 1024,
            patience: Duration::from_secs(5),
            resolve_within: Duration::from_secs(15),
        }
    }
}

/// Appends to the log: one per process. Cheap to clone; clones share the queue.
#[derive(Debug, Clone)]
pub struct Appender(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    queue: mpsc::Sender<Job>,
    /// A permit for each byte that may still wait.
    room: Arc<Semaphore>,
    patience: Duration,
    master: Arc<MasterKey>,
    wakeups: Wakeups,
    counters: Arc<Counters>,
    stop: CancellationToken,
    writer: TaskTracker,
    /// When the log was last found to take commands. Whoever asks meanwhile waits for the answer.
    checked: Mutex<Option<Instant>>,
}

impl Appender {
    /// Starts the writer's task on the current runtime; it connects with the first command. `master` names e-mail
    /// addresses in claims.
    pub fn start(write_to: WriteTo, master: Arc<MasterKey>, settings: AppenderSettings) -> Self {
        let (queue, jobs) = mpsc::channel(settings.queue.max(1));
        let wakeups = Wakeups::default();
        let counters = Arc::new(Counters::default());
        let stop = CancellationToken::new();
        let writer = TaskTracker::new();
        let task = Writer {
            intake: Intake::new(jobs),
            connections: Connections::new(write_to),
            wakeups: wakeups.clone(),
            counters: Arc::clone(&counters),
            resolve_within: settings.resolve_within,
        };
        writer.spawn(task.run(stop.clone()));
        writer.close();
        let (patience, checked) = (settings.patience, Mutex::new(None));
        let room = Arc::new(Semaphore::new(settings.queue_bytes.min(Semaphore::MAX_PERMITS)));
        Self(Arc::new(Shared { queue, room, patience, master, wakeups, counters, stop, writer, checked }))
    }

    /// Appends a command's events, all of them or none, and returns once they are durable.
    ///
    /// Dropping the future takes the command back if it has not started, and otherwise only stops waiting for it.
    ///
    /// # Errors
    /// See [`AppendError`]. Whatever the error but [`AppendError::Unresolved`], nothing was appended.
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let command = Command::new(append, &self.0.master)?;
        if self.0.stop.is_cancelled() {
            return Err(NotDone::Stopped.into());
        }
        // A command's own limit is far below what a permit can count.
        let bytes = u32::try_from(command.bytes).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.0.room).try_acquire_many_owned(bytes).map_err(|_| NotDone::QueueFull)?;
        let (job, ticket) = Job::new(command, room, self.0.patience);
        self.0.queue.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => NotDone::QueueFull,
            mpsc::error::TrySendError::Closed(_) => NotDone::Stopped,
        })?;
        ticket.outcome().await
    }

    /// Where to learn that the log has grown.
    pub fn wakeups(&self) -> &Wakeups {
        &self.0.wakeups
    }

    /// What was counted since the start.
    pub fn counters(&self) -> AppenderCounters {
        self.0.counters.snapshot(self.0.queue.max_capacity() - self.0.queue.capacity())
    }

    /// Takes no more commands, finishes those that wait, closes the connection.
    pub async fn shutdown(&self) {
        self.0.stop.cancel();
        self.0.writer.wait().await;
    }
}

#[async_trait]
impl Log for Appender {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        Self::append(self, append).await
    }

    async fn check(&self) -> Result<(), AppendError> {
        let mut checked = self.0.checked.lock().await;
        if checked.is_some_and(|at| at.elapsed() < CHECK_HOLDS) && !self.0.stop.is_cancelled() {
            return Ok(());
        }
        // A stream that nothing is ever appended to, and nothing to append.
        let nowhere = StreamId { aggregate_type: "check", aggregate_id: Uuid::nil() };
        let nothing = Append {
            command_id: Uuid::nil(),
            stream: nowhere,
            expected_version: 0,
            depends_on: Vec::new(),
            events: Vec::new(),
            claims: Vec::new(),
            idempotency: None,
        };
        let outcome = self.append(nothing).await;
        *checked = outcome.is_ok().then(Instant::now);
        outcome.map(|_| ())
    }
}
