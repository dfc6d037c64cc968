//! Makes a failing history short: a person shall be able to read it.

use std::time::{Duration, Instant};

use super::agree;
use super::house::House;
use super::player::{Mismatch, Step};
use super::run::{Failure, replay};

/// How long looking for a shorter history may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Leaves out whatever the disagreement does not need, in ever smaller pieces. Without success the history stays as it
/// is: then it took several worlds, or luck.
pub(super) async fn shorten(house: &House, failure: Failure) -> Failure {
    let end = Instant::now() + PATIENCE;
    let mut best = failure;
    let mut piece = best.steps.len().div_ceil(2);
    while piece > 0 && Instant::now() < end {
        match shorter_by(house, &best, piece, end).await {
            Some(shorter) => best = shorter,
            None => piece /= 2,
        }
        piece = piece.min(best.steps.len());
    }
    best
}

/// The first history that still fails with one piece of this length left out.
async fn shorter_by(house: &House, failure: &Failure, piece: usize, end: Instant) -> Option<Failure> {
    // From the end: what comes last is most often without consequence.
    for start in (0..failure.steps.len()).step_by(piece).rev() {
        if Instant::now() > end {
            return None;
        }
        let mut steps = failure.steps.clone();
        steps.drain(start..(start + piece).min(failure.steps.len()));
        if let Some(mismatch) = fails(house, &steps).await.filter(|other| other.is_like(&failure.mismatch)) {
            return Some(Failure { mismatch, steps });
        }
    }
    None
}

/// How a history fails in a world of its own.
async fn fails(house: &House, steps: &[Step]) -> Option<Mismatch> {
    match replay(house, steps).await {
        Ok(player) => agree::check_alone(house, &player).await.err(),
        Err(mismatch) => Some(mismatch),
    }
}
