//! Tells this process's workers that a job is due sooner than they would look. A hint, no more: whatever is lost here,
//! or happens in another process, is found by polling. (LISTEN would need a connection of its own, and breaks on the
//! embedded database's only one.)

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// How often a worker looks by itself: the longest that a job of another process can be late.
pub(super) const POLL_EVERY: Duration = Duration::from_secs(1);

/// Shortest pause between two looks: a due job that another worker is just taking is not fought over.
pub(super) const SHORTEST_PAUSE: Duration = Duration::from_millis(5);

/// The longest pause after this many looks in vain since a call. It starts short, since the transaction that a call
/// announces may not have committed yet.
pub(super) fn longest_pause(looks_in_vain: u32) -> Duration {
    SHORTEST_PAUSE.saturating_mul(1 << looks_in_vain.min(16)).min(POLL_EVERY)
}

/// The calling side; cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Wakeup {
    calls: Arc<watch::Sender<u64>>,
}

impl Wakeup {
    pub(super) fn new() -> Self {
        Self { calls: Arc::new(watch::Sender::new(0)) }
    }

    /// Makes every listener look once more, however often it is called before they get to it.
    pub(super) fn call(&self) {
        self.calls.send_modify(|calls| *calls = calls.wrapping_add(1));
    }

    pub(super) fn listen(&self) -> Listener {
        Listener { calls: self.calls.subscribe() }
    }
}

/// The waiting side.
#[derive(Debug)]
pub(super) struct Listener {
    calls: watch::Receiver<u64>,
}

impl Listener {
    /// Calls up to here are answered: to be called before the table is read, never after. Whether there were any.
    pub(super) fn answer(&mut self) -> bool {
        let called = self.calls.has_changed().unwrap_or(false);
        self.calls.mark_unchanged();
        called
    }

    /// Returns at the first call since [`Listener::answer`].
    pub(super) async fn called(&mut self) {
        if self.calls.changed().await.is_err() {
            // The calling side is gone: nobody will call, and polling goes on.
            std::future::pending::<()>().await;
        }
    }
}
