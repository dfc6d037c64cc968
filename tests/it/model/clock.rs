//! Time in the house under test: it stands still, and each world has its own.

use std::sync::Mutex;

use commands::ports::clock::Clock;
use jiff::Timestamp;

tokio::task_local! {
    /// What the clock says to one attempt.
    static MOMENT: Timestamp;
}

/// A clock that is set by hand. An attempt sees its own moment, ahead of everybody else's: so worlds can run side by
/// side, and timers, which see the common time, come late on purpose and at a known instant.
#[derive(Debug)]
pub(super) struct Clocks(Mutex<Timestamp>);

impl Clocks {
    pub(super) fn starting_at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Sets the common time.
    pub(super) fn set(&self, now: Timestamp) {
        *self.0.lock().expect("nobody panics with a clock in hand") = now;
    }
}

/// Runs an attempt at a moment of its own.
pub(super) async fn at<F: Future>(moment: Timestamp, attempt: F) -> F::Output {
    MOMENT.scope(moment, attempt).await
}

impl Clock for Clocks {
    fn now(&self) -> Timestamp {
        let common = || *self.0.lock().expect("nobody panics with a clock in hand");
        MOMENT.try_with(|moment| *moment).unwrap_or_else(|_| common())
    }
}
