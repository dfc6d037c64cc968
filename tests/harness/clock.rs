use std::sync::atomic::{AtomicI64, Ordering};

use commands::ports::clock::Clock;
use jiff::{SignedDuration, Timestamp};

/// A clock that runs with the machine's, ahead by as much as a test says.
#[derive(Debug, Default)]
pub struct ManualClock {
    ahead_seconds: AtomicI64,
}

impl ManualClock {
    /// Lets time pass at once.
    pub fn advance(&self, by: SignedDuration) {
        self.ahead_seconds.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(self.ahead_seconds.load(Ordering::SeqCst))
    }
}
