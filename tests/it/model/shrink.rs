//! Makes a failing history short: a person shall be able to read it.

use std::time::{Duration, Instant};

use super::agree;
use super::house::House;
use super::player::{Mismatch, Step};
use super::run::{Failure, replay};

/// How long looking for a shorter history may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// Leaves out whatever the disagreement does not need, in ever smaller pieces. Without success the history stays as it
/// is: then it took several worlds, or luck.
pub(super) async fn shorten(failure: Failure) -> Failure {
    let mut search = Search { best: failure, house: None, end: Instant::now() + PATIENCE };
    let mut piece = search.best.steps.len().div_ceil(2);
    while piece > 0 && Instant::now() < search.end {
        if !search.leave_out(piece).await {
            piece /= 2;
        }
        piece = piece.min(search.best.steps.len());
    }
    if let Some(house) = search.house {
        house.close().await;
    }
    search.best
}

struct Search {
    best: Failure,
    /// One for many histories, each in a world of its own, as long as none fails in it.
    house: Option<House>,
    end: Instant,
}

impl Search {
    /// Leaves out pieces of this length wherever that is possible; whether one was.
    async fn leave_out(&mut self, piece: usize) -> bool {
        let (mut start, mut shorter) = (0, false);
        while start < self.best.steps.len() && Instant::now() < self.end {
            let mut steps = self.best.steps.clone();
            steps.drain(start..(start + piece).min(steps.len()));
            match self.failure_of(&steps).await {
                Some(mismatch) if mismatch.is_like(&self.best.mismatch) => {
                    self.best = Failure { mismatch, steps };
                    shorter = true;
                }
                Some(_) | None => start += piece,
            }
        }
        shorter
    }

    /// How a history fails. A failure may leave nothing behind that the next one can stand on, so it ends its house.
    async fn failure_of(&mut self, steps: &[Step]) -> Option<Mismatch> {
        let Some(Step::Attempt(first)) = steps.first() else { return None };
        let house = match self.house.take() {
            Some(house) => house,
            None => House::open(first.at).await,
        };
        house.set_clock(first.at);
        let failed = match replay(&house, steps).await {
            Ok(player) => agree::check_alone(&house, &player).await.err(),
            Err(mismatch) => Some(mismatch),
        };
        match &failed {
            Some(_) => house.close().await,
            None => self.house = Some(house),
        }
        failed
    }
}
