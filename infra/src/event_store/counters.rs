//! What the appender counts, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A snapshot of the appender's counters since its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AppenderCounters {
    /// Transactions that committed events.
    pub batches: u64,
    /// Commands that were answered after a decision, whichever it was.
    pub commands: u64,
    /// Events committed.
    pub events: u64,
    /// Attempts that failed and were tried again, or given up.
    pub failures: u64,
    /// Commits whose outcome had to be looked up.
    pub ambiguous_commits: u64,
    /// Commands in the last batch.
    pub last_batch_size: u64,
    /// How long the last batch took, from waiting for the lock to the end of its commit.
    pub last_batch_took: Duration,
    /// Commands that wait now.
    pub queued: u64,
}

/// The live counters behind the snapshots.
#[derive(Debug, Default)]
pub(super) struct Counters {
    batches: AtomicU64,
    commands: AtomicU64,
    events: AtomicU64,
    failures: AtomicU64,
    ambiguous_commits: AtomicU64,
    last_batch_size: AtomicU64,
    last_batch_micros: AtomicU64,
}

impl Counters {
    pub(super) fn batch(&self, commands: usize, events: u64, took: Duration) {
        if events > 0 {
            self.batches.fetch_add(1, Ordering::Relaxed);
        }
        self.commands.fetch_add(commands as u64, Ordering::Relaxed);
        self.events.fetch_add(events, Ordering::Relaxed);
        self.last_batch_size.store(commands as u64, Ordering::Relaxed);
        self.last_batch_micros.store(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn ambiguous_commit(&self) {
        self.ambiguous_commits.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn snapshot(&self, queued: usize) -> AppenderCounters {
        AppenderCounters {
            batches: self.batches.load(Ordering::Relaxed),
            commands: self.commands.load(Ordering::Relaxed),
            events: self.events.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            ambiguous_commits: self.ambiguous_commits.load(Ordering::Relaxed),
            last_batch_size: self.last_batch_size.load(Ordering::Relaxed),
            last_batch_took: Duration::from_micros(self.last_batch_micros.load(Ordering::Relaxed)),
            queued: queued as u64,
        }
    }
}
