//! Leaving an engine alone for a moment after it has failed, so that its outage costs searches next to nothing.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// After a failure. The first question after it tells whether the engine is back; the others wait for that.
const PAUSE: Duration = Duration::from_secs(2);

/// Whether the engine answers, as far as the last questions told.
#[derive(Debug, Default)]
pub(super) struct Rest(Mutex<Option<Instant>>);

impl Rest {
    /// Whether [`admit`](Self::admit) would let a question through.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.with(|until| until.is_none_or(|until| until <= now))
    }

    /// Lets a question through: every one while the engine answers, and one in each pause while it does not.
    pub(super) fn admit(&self, now: Instant) -> bool {
        self.with(|until| match until {
            None => true,
            Some(end) if *end <= now => {
                *until = Some(now + PAUSE);
                true
            }
            Some(_) => false,
        })
    }

    /// The engine has answered. Whether that is news.
    pub(super) fn succeeded(&self) -> bool {
        self.with(|until| until.take().is_some())
    }

    /// The engine has failed. Whether that is news.
    pub(super) fn failed(&self, now: Instant) -> bool {
        self.with(|until| until.replace(now + PAUSE).is_none())
    }

    fn with<T>(&self, look: impl FnOnce(&mut Option<Instant>) -> T) -> T {
        // Nothing in here can panic halfway, so that a poisoned lock guards a sound value.
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_once_and_one_question_in_each_pause_is_let_through() {
        let (rest, now) = (Rest::default(), Instant::now());
        assert!(rest.admit(now) && rest.admit(now) && rest.is_over(now));

        assert!(rest.failed(now));
        assert!(!rest.failed(now));
        assert!(!rest.is_over(now) && !rest.admit(now));
        let later = now + PAUSE;
        assert!(rest.is_over(later));
        assert!(rest.admit(later));
        assert!(!rest.admit(later), "the others wait for what the first one finds");

        assert!(rest.succeeded());
        assert!(!rest.succeeded());
        assert!(rest.admit(later) && rest.admit(later));
    }
}
