//! What keeps the index fed when nobody waits for it.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use super::round::Round;
use super::{Feeder, RoundError};
use crate::engine::pacing::{Backoff, jittered};
use crate::engine::woken;

/// Between two rounds that had something to do: what is booked in between is written together.
const BUSY_PAUSE: Duration = Duration::from_millis(100);
/// Between two looks while the log is quiet; the first ones follow each other closely, since a wake-up comes before the
/// views contain what it tells of.
const IDLE_PAUSE: (Duration, Duration) = (Duration::from_millis(25), Duration::from_secs(1));
/// Between two looks while the database is away, or feeding has failed; the ledger says when it is tried again.
const ERROR_PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

impl Feeder {
    /// Feeds the index until `shutdown`. `wakeups` says how far the log has grown; none is needed, since the ledger is
    /// looked at about once a second anyway. While there is nothing to do, nothing is written anywhere. Outages of the
    /// engine and of the database are waited for, however long they are.
    pub async fn run(self, shutdown: impl Future<Output = ()>, mut wakeups: watch::Receiver<u64>) {
        let mut shutdown = pin!(shutdown);
        let (stop, stopping) = watch::channel(false);
        let mut idle = Backoff::new(IDLE_PAUSE.0, IDLE_PAUSE.1);
        let mut failing = Backoff::new(ERROR_PAUSE.0, ERROR_PAUSE.1);
        // The engine may have been emptied while this program did not run.
        let mut check = true;
        loop {
            wakeups.mark_unchanged();
            let outcome = {
                let mut round = pin!(self.round(check, &stopping));
                tokio::select! {
                    outcome = &mut round => outcome,
                    () = &mut shutdown => {
                        stop.send_replace(true);
                        // It ends at once; what it returns is of no matter any more.
                        let _ = round.await;
                        return;
                    }
                }
            };
            let (pause, is_idle) = match outcome {
                Ok(Round::Worked) => {
                    check = false;
                    idle.reset();
                    failing.reset();
                    (jittered(BUSY_PAUSE), false)
                }
                Ok(Round::Idle) => (idle.pause(), true),
                Err(error) => {
                    log(&error);
                    // What is written to an index that is gone fails for as long as nobody looks.
                    check |= matches!(error, RoundError::Index(_));
                    (failing.pause(), false)
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = self.index.missed() => check = true,
                () = woken(&mut wakeups), if is_idle => idle.reset(),
                () = sleep(pause) => {}
            }
        }
    }
}

/// What the ledger has noted has been logged there.
fn log(error: &RoundError) {
    match error {
        RoundError::Database(_) | RoundError::Lost => {
            let error = error as &dyn std::error::Error;
            tracing::warn!(error, "the search index could not be fed; trying again");
        }
        RoundError::Index(_) | RoundError::Stopped => {}
    }
}
