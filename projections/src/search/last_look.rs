//! How the index stood at the last look: most likely it still does.
//!
//! A search on an index takes two statements: how the index stands, before it is asked, and the rows of what it has found.
//! While nothing changes for long, the first one is left out: the index is asked as it stood, and the second statement tells
//! whether that was right. Where it was not, the answer is thrown away and the question asked in full.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::standing::Standing;

/// Nothing must have changed for so many times as long as nobody has looked, so that about one guess in so many is wrong: it
/// costs what some ten right ones save.
const CALM: u32 = 50;
/// A guess that is older is none. An index is deleted ten seconds after the last search may have been told of it.
const OLDEST: Duration = Duration::from_secs(1);

/// What the last look told, as far as it lets guess. Searches of one process share it.
#[derive(Debug, Default)]
pub(super) struct LastLook(Mutex<Option<Level>>);

/// An index that contained all changes.
#[derive(Debug, Clone)]
struct Level {
    index: String,
    /// It contains the log at least up to here.
    position: u64,
    /// Since when no look has told of a change.
    since: Instant,
    /// The last look.
    at: Instant,
}

impl LastLook {
    /// How the index stands, if that is nearly certain.
    pub(super) fn guess(&self, now: Instant) -> Option<Standing> {
        self.with(|level| {
            let level = level.as_ref()?;
            let age = now.saturating_duration_since(level.at);
            let is_calm = age <= OLDEST && age * CALM <= level.at.saturating_duration_since(level.since);
            is_calm.then(|| Standing {
                index: level.index.clone(),
                position: level.position,
                is_level: true,
                excluded: Vec::new(),
            })
        })
    }

    /// Somebody has looked.
    pub(super) fn saw(&self, standing: &Standing, now: Instant) {
        self.with(|level| {
            let before = level.take().filter(|before| before.index == standing.index);
            *level = standing.is_level.then(|| Level {
                index: standing.index.clone(),
                position: standing.position,
                since: before.map_or(now, |before| before.since),
                at: now,
            });
        });
    }

    /// A guess was right, and the index contains the log up to a position by now.
    pub(super) fn found_right(&self, guess: &Standing, position: u64, now: Instant) {
        self.with(|level| {
            // Another search may have looked meanwhile, and knows better.
            if let Some(level) = level.as_mut().filter(|level| level.index == guess.index) {
                (level.position, level.at) = (level.position.max(position), level.at.max(now));
            }
        });
    }

    /// A guess was wrong.
    pub(super) fn found_wrong(&self) {
        self.with(|level| *level = None);
    }

    fn with<T>(&self, look: impl FnOnce(&mut Option<Level>) -> T) -> T {
        // Nothing in here can panic halfway, so that a poisoned lock guards a sound value.
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn standing(index: &str, position: u64, is_level: bool) -> Standing {
        Standing { index: index.to_owned(), position, is_level, excluded: Vec::new() }
    }

    #[test]
    fn an_index_is_guessed_to_stand_as_it_did_while_nothing_has_changed_for_long() {
        let (look, begun) = (LastLook::default(), Instant::now());
        assert_eq!(look.guess(begun), None, "nobody has looked");
        look.saw(&standing("a", 7, true), begun);
        assert_eq!(look.guess(begun + MS), None, "nobody knows how often things change");
        look.saw(&standing("a", 8, true), begun + 100 * MS);
        assert_eq!(look.guess(begun + 102 * MS), Some(standing("a", 8, true)));
        assert_eq!(look.guess(begun + 103 * MS), None, "somebody should look again");

        look.found_right(&standing("a", 8, true), 9, begun + 200 * MS);
        assert_eq!(look.guess(begun + 204 * MS), Some(standing("a", 9, true)));
        look.found_right(&standing("a", 8, true), 9, begun + 1_000_000 * MS);
        assert_eq!(look.guess(begun + 1_001_001 * MS), None, "the index may be gone");
    }

    #[test]
    fn after_a_change_nothing_is_guessed_until_it_is_calm_again() {
        let forgets = |change: &dyn Fn(&LastLook, Instant)| {
            let (look, begun) = (LastLook::default(), Instant::now());
            look.saw(&standing("a", 7, true), begun);
            look.saw(&standing("a", 7, true), begun + 100 * MS);
            change(&look, begun + 101 * MS);
            look.saw(&standing("b", 8, true), begun + 102 * MS);
            assert_eq!(look.guess(begun + 103 * MS), None);
        };
        forgets(&|look, at| look.saw(&standing("b", 7, false), at));
        forgets(&|look, at| look.saw(&standing("b", 7, true), at));
        forgets(&|look, _| look.found_wrong());
    }
}
