//! From the queue to batches.

use tokio::sync::mpsc;

use super::ticket::Job;

/// What one batch holds at the most; a single command within its own limits always fits.
const MAX_COMMANDS: usize = 1024;
const MAX_EVENTS: usize = 4000;
const MAX_CLAIMS: usize = 4000;
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The reading end of the queue.
#[derive(Debug)]
pub(super) struct Intake {
    queue: mpsc::Receiver<Job>,
    /// Taken from the queue, but too large for the batch of its time.
    held_back: Option<Job>,
}

/// The sizes of a batch so far.
#[derive(Default)]
struct Load {
    commands: usize,
    events: usize,
    claims: usize,
    bytes: usize,
}

impl Intake {
    pub(super) fn new(queue: mpsc::Receiver<Job>) -> Self {
        Self { queue, held_back: None }
    }

    /// Everything that waits, in order and as far as one batch holds it. Waits for the first; `None` once the queue is
    /// closed and empty.
    pub(super) async fn next_batch(&mut self) -> Option<Vec<Job>> {
        let first = match self.held_back.take() {
            Some(job) => job,
            None => self.queue.recv().await?,
        };
        let mut load = Load::default();
        load.add(&first);
        let mut batch = vec![first];
        while let Ok(job) = self.queue.try_recv() {
            load.add(&job);
            if load.is_too_much() {
                self.held_back = Some(job);
                break;
            }
            batch.push(job);
        }
        Some(batch)
    }

    /// Takes no more commands; those queued are still given out.
    pub(super) fn close(&mut self) {
        self.queue.close();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }
}

impl Load {
    fn add(&mut self, job: &Job) {
        let append = &job.command.append;
        self.commands += 1;
        self.events += append.events.len();
        self.claims += append.claims.len();
        self.bytes += job.command.bytes;
    }

    fn is_too_much(&self) -> bool {
        self.commands > MAX_COMMANDS || self.events > MAX_EVENTS || self.claims > MAX_CLAIMS || self.bytes > MAX_BYTES
    }
}
