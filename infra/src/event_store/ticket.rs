//! A caller that waits, and its command's place in the queue.
//!
//! The two ends share one word: whether the command is still only queued. A caller whose deadline passes takes the
//! command back if it is, and otherwise waits for the truth: once started, only the writer knows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use commands::ports::log::{AppendError, Appended};
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::{Instant, timeout_at};

use super::command::Command;

const QUEUED: u8 = 0;
const STARTED: u8 = 1;
const TAKEN_BACK: u8 = 2;

/// How a command ended.
pub(super) type Verdict = Result<Appended, AppendError>;

/// The writer's end.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) command: Command,
    /// Its share of the bytes that may wait, given back when it is answered.
    _room: OwnedSemaphorePermit,
    deadline: Instant,
    phase: Arc<AtomicU8>,
    reply: oneshot::Sender<Verdict>,
}

/// The caller's end. Dropping it takes a command back that has not started.
#[derive(Debug)]
pub(super) struct Ticket {
    deadline: Instant,
    phase: Arc<AtomicU8>,
    reply: oneshot::Receiver<Verdict>,
}

/// Why a command was not even tried, or nobody can tell how it ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotDone {
    #[error("the queue is full")]
    QueueFull,
    #[error("the deadline passed")]
    DeadlinePassed,
    #[error("the appender has stopped")]
    Stopped,
}

impl Job {
    /// A command that must have started within `patience`, with the ticket to wait for it.
    pub(super) fn new(command: Command, room: OwnedSemaphorePermit, patience: Duration) -> (Self, Ticket) {
        let deadline = Instant::now() + patience;
        let phase = Arc::new(AtomicU8::new(QUEUED));
        let (sender, receiver) = oneshot::channel();
        let ticket = Ticket { deadline, phase: Arc::clone(&phase), reply: receiver };
        (Self { command, _room: room, deadline, phase, reply: sender }, ticket)
    }

    /// Whether the command may still be executed: its caller has not taken it back and its deadline lies ahead.
    pub(super) fn is_wanted(&self) -> bool {
        self.phase.load(Ordering::Acquire) != TAKEN_BACK && Instant::now() < self.deadline
    }

    /// Marks the command as started, after which its caller waits for the outcome; false if it must not be executed.
    pub(super) fn start(&self) -> bool {
        let _ = self.phase.compare_exchange(QUEUED, STARTED, Ordering::AcqRel, Ordering::Acquire);
        self.is_wanted()
    }

    /// Tells the caller, if it still waits.
    pub(super) fn answer(self, verdict: Verdict) {
        let _ = self.reply.send(verdict);
    }
}

impl Ticket {
    /// Waits for the command's end: until the deadline if it has not started by then, else as long as it takes.
    pub(super) async fn outcome(mut self) -> Verdict {
        let answered = match timeout_at(self.deadline, &mut self.reply).await {
            Ok(answered) => answered,
            Err(_) if self.take_back() => return Err(NotDone::DeadlinePassed.into()),
            Err(_) => (&mut self.reply).await,
        };
        answered.unwrap_or_else(|_| Err(self.lost()))
    }

    /// The writer went away without an answer.
    fn lost(&self) -> AppendError {
        if self.take_back() { NotDone::Stopped.into() } else { AppendError::Unresolved(Box::new(NotDone::Stopped)) }
    }

    fn take_back(&self) -> bool {
        let before = self.phase.compare_exchange(QUEUED, TAKEN_BACK, Ordering::AcqRel, Ordering::Acquire);
        before.is_ok() || before == Err(TAKEN_BACK)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.take_back();
    }
}

impl From<NotDone> for AppendError {
    fn from(reason: NotDone) -> Self {
        Self::Unavailable(Box::new(reason))
    }
}
