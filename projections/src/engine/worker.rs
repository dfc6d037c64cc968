//! What keeps projections moving when nobody waits for them.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use super::Projectors;
use super::pacing::{Backoff, jittered};

/// Between two batches that were not full: a busy projector commits some tens of times a second, not for every event.
const BUSY_PAUSE: Duration = Duration::from_millis(50);
/// Between two looks at the log while it is quiet and no wake-up comes.
const IDLE_PAUSE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(1));
/// Between two attempts while the database is away. Short: one that is back from a crash shows views that lack what it
/// took, until they are brought forward again.
const ERROR_PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(1));

impl Projectors {
    /// Follows the log until `shutdown`, and finishes the batch at hand before it returns.
    ///
    /// `wakeups` says that the log has grown (its value is of no matter, and none is needed: the log is looked at about
    /// once a second anyway). An idle projector reads and writes nothing. A database that is away is waited for.
    pub async fn run(self, shutdown: impl Future<Output = ()>, mut wakeups: watch::Receiver<u64>) {
        let mut shutdown = pin!(shutdown);
        let mut idle = Backoff::new(IDLE_PAUSE.0, IDLE_PAUSE.1);
        let mut failing = Backoff::new(ERROR_PAUSE.0, ERROR_PAUSE.1);
        loop {
            wakeups.mark_unchanged();
            let (pause, wakeable) = match self.drive_to_head().await {
                Ok(round) => {
                    failing.reset();
                    if round.advanced {
                        idle.reset();
                    }
                    match (round.full, round.advanced) {
                        (true, _) => (Duration::ZERO, false),
                        (false, true) => (jittered(BUSY_PAUSE), false),
                        (false, false) => (idle.pause(), true),
                    }
                }
                Err(error) => {
                    let pause = failing.pause();
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, ?pause, "the projections could not advance; trying again");
                    (pause, false)
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = woken(&mut wakeups), if wakeable => idle.reset(),
                () = sleep(pause) => {}
            }
        }
    }
}

/// Returns at the next wake-up; never, where nobody is left to send one.
pub(crate) async fn woken(wakeups: &mut watch::Receiver<u64>) {
    if wakeups.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}
