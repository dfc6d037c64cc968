//! How far a process has folded long streams, so that a decision on one of 50,000 events does not read them all again.
//!
//! In memory alone: the log does not change behind what was read, so that a fold is right for good, whoever appends what
//! comes after it. The one thing that does change is who can be read: see [`Fold::opened`].

use std::any::Any;
use std::collections::BTreeSet;
use std::sync::Arc;

use quick_cache::sync::Cache;
use uuid::Uuid;

/// A stream is remembered again whenever it has grown by so many events: what is read anew is fewer than these.
const EVERY: usize = super::piece::PIECE_EVENTS;
/// How many streams are remembered: a place with its texts and blocks takes up to some 150 KB, and few streams are as long
/// as that.
const MOST: usize = 64;

/// A stream's state up to a version.
#[derive(Debug, Clone)]
pub(super) struct Fold<A> {
    pub(super) aggregate: A,
    /// The sequence of the last event that is in it. Not the number of events: an upcast may turn one into several or
    /// none.
    pub(super) version: usize,
    /// Whose sealed data is in it in the clear. Once one of them is erased, the stream has another fold.
    pub(super) opened: BTreeSet<Uuid>,
}

impl<A: Default> Default for Fold<A> {
    fn default() -> Self {
        Self { aggregate: A::default(), version: 0, opened: BTreeSet::new() }
    }
}

/// The folds of long streams, by type and id; those that were used least recently make room.
pub(super) struct Snapshots(Cache<(&'static str, Uuid), Arc<dyn Any + Send + Sync>>);

impl Default for Snapshots {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Snapshots {
    /// How far a stream was folded before.
    pub(super) fn find<A: Clone + Send + Sync + 'static>(&self, stream: (&'static str, Uuid)) -> Option<Fold<A>> {
        self.0.get(&stream)?.downcast_ref().cloned()
    }

    /// Remembers a fold that has come far enough beyond the version that was kept; the version that is kept then.
    pub(super) fn keep<A: Clone + Send + Sync + 'static>(
        &self,
        stream: (&'static str, Uuid),
        kept: usize,
        fold: &Fold<A>,
    ) -> usize {
        if fold.version - kept < EVERY {
            return kept;
        }
        self.0.insert(stream, Arc::new(fold.clone()));
        fold.version
    }

    /// Folds a stream from its beginning the next time.
    pub(super) fn forget(&self, stream: (&'static str, Uuid)) {
        self.0.remove(&stream);
    }
}
