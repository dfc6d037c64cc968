//! What the views said last of a place or a person, kept in this process.
//!
//! - A [`Shelf`] keeps the reads of one kind by id.
//! - Before each read the cache follows the log up to where the views stand and drops what the events between have
//!   changed: `follow`. Readers share these checks: [`Gate`]. Which reads an event changes says [`Touched`].
//!
//! So a hit is never older than the views were when its reader came, whichever process moved them; ages and sizes only
//! bound it. It never decides anything: commands load streams. It never tells what it cannot prove to be current: where
//! a check fails, the reader asks the database.

mod counts;
mod follow;
mod gate;
mod shelf;
mod source;
mod touched;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;

use self::follow::Followed;
use self::gate::Gate;
use crate::{Feed, ReadError, place, user};

pub use counts::{CacheCounts, ShelfCounts};
pub(crate) use shelf::{Shelf, Weighed};

/// How long a read of a place is kept at most.
const PLACE_TTL: Duration = Duration::from_secs(3_600);
/// The same of a profile.
const USER_TTL: Duration = Duration::from_secs(300);
/// What reads of places may weigh together: some five thousand places.
const PLACE_BYTES: u64 = 16 << 20;
/// The same of profiles.
const USER_BYTES: u64 = 4 << 20;

/// The reads that this process remembers.
pub(crate) struct Cache {
    pool: PgPool,
    feed: Arc<dyn Feed>,
    pub(crate) places: Shelf<place::Described>,
    pub(crate) users: Shelf<user::Described>,
    gate: Gate,
    /// How far the shelves have followed the log; `None` while that is not known, and before the first check.
    followed: Mutex<Option<Followed>>,
    failed_checks: AtomicU64,
    emptied: AtomicU64,
}

impl Cache {
    /// Empty shelves beside the views of `pool`, which `feed` fills.
    pub(crate) fn new(pool: PgPool, feed: Arc<dyn Feed>) -> Self {
        Self {
            pool,
            feed,
            places: Shelf::new(PLACE_BYTES, PLACE_TTL),
            users: Shelf::new(USER_BYTES, USER_TTL),
            gate: Gate::default(),
            followed: Mutex::default(),
            failed_checks: AtomicU64::new(0),
            emptied: AtomicU64::new(0),
        }
    }

    /// What `shelf` keeps of `id`, else what `load` finds; either is at least as new as the views are now.
    ///
    /// `load` must not have begun: what it asks, it must ask after this was called.
    ///
    /// # Errors
    /// Those of `load`.
    pub(crate) async fn read<T: Weighed>(
        self: &Arc<Self>,
        shelf: fn(&Self) -> &Shelf<T>,
        id: Uuid,
        load: impl Future<Output = Result<Option<T>, ReadError>>,
    ) -> Result<Option<Arc<T>>, ReadError> {
        if self.catch_up().await { shelf(self).read(id, load).await } else { shelf(self).bypass(load).await }
    }

    /// What it has done so far.
    pub(crate) fn counts(&self) -> CacheCounts {
        CacheCounts {
            checks: self.gate.checks(),
            failed_checks: self.failed_checks.load(Ordering::Relaxed),
            emptied: self.emptied.load(Ordering::Relaxed),
            places: self.places.counts(),
            users: self.users.counts(),
        }
    }
}
