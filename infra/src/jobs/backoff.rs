//! How long a failed job waits for its next attempt.

use std::time::Duration;

/// Doubles from `first` to `longest`; half of each delay is chance, so that jobs that failed together do not return
/// together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The delay after the first failure, at the most.
    pub first: Duration,
    /// The delay that no failure exceeds.
    pub longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(60 * 60) }
    }
}

impl Backoff {
    /// The delay after the attempt of this number (from 1) has failed.
    pub(super) fn after(&self, attempt: u32) -> Duration {
        self.with_chance(attempt, chance())
    }

    /// As [`Backoff::after`], with the draw (0 to 1) given.
    pub(super) fn with_chance(&self, attempt: u32, chance: f64) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let full = self.first.saturating_mul(1 << doublings).min(self.longest);
        full.mul_f64(0.5 + 0.5 * chance.clamp(0.0, 1.0))
    }
}

/// Uniform from 0 to 1. Without entropy the full delay: late is better than together with everybody else.
fn chance() -> f64 {
    getrandom::u32().map_or(1.0, |draw| f64::from(draw) / f64::from(u32::MAX))
}
