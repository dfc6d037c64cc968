//! The last time that nothing had changed since an index's checkpoint: most likely it still is so, and the index can be
//! asked while the database tells whether it is.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::standing::Standing;

/// An index that has retired since is still there for whoever looked at it so lately: see `feeder::ledger`.
pub(super) const RECENT: Duration = Duration::from_secs(30);

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    /// Which index was to be asked, by its uid.
    pub(super) index: String,
    /// It contained the log up to here.
    pub(super) position: u64,
}

/// The last look of this process.
#[derive(Debug, Default)]
pub(super) struct LastLook(Mutex<Option<(Instant, Look)>>);

impl LastLook {
    /// What to ask on; nothing where the database has to be asked first.
    pub(super) fn get(&self) -> Option<Look> {
        self.last().as_ref().filter(|(at, _)| at.elapsed() < RECENT).map(|(_, look)| look.clone())
    }

    /// Notes how the index stood at `at`, or later. While it is behind, to ask on a guess would be to ask twice.
    pub(super) fn note(&self, at: Instant, standing: Option<&Standing>) {
        let up_to_date = standing.filter(|standing| standing.changed.is_empty());
        let look = |Standing { index, position, .. }: &Standing| Look { index: index.clone(), position: *position };
        *self.last() = up_to_date.map(|standing| (at, look(standing)));
    }

    fn last(&self) -> MutexGuard<'_, Option<(Instant, Look)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
