//! How long to pause: growing, bounded, and never in step with the neighbours.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// Pauses that double from a first to a longest one, each shortened by up to half at random.
pub(crate) struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, next: first }
    }

    pub(crate) fn reset(&mut self) {
        self.next = self.first;
    }

    pub(crate) fn pause(&mut self) -> Duration {
        let pause = jittered(self.next);
        self.next = (self.next * 2).min(self.longest);
        pause
    }
}

/// Between half of `pause` and all of it.
pub(crate) fn jittered(pause: Duration) -> Duration {
    // The standard library seeds its hashers at random; that is random enough to fall out of step.
    let random = RandomState::new().build_hasher().finish();
    let share = 0.5 + (random % 1024) as f64 / 2048.0;
    pause.mul_f64(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_bound_and_start_over() {
        let (first, longest) = (Duration::from_millis(5), Duration::from_millis(50));
        let mut backoff = Backoff::new(first, longest);
        for _ in 0..20 {
            let pause = backoff.pause();
            assert!(pause >= first / 2 && pause <= longest, "{pause:?}");
        }
        assert!(backoff.pause() >= longest / 2);
        backoff.reset();
        assert!(backoff.pause() <= first);
    }
}
