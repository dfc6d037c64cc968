//! Following the log up to where the views stand: what makes a hit as good as asking them.
//!
//! A check asks where the views stand, reads the events that they have taken in since the last check, and drops what
//! these have changed. It asks for the positions first and drops afterwards; whoever misses leaves its mark and reads
//! after that. So what is kept was read when the views stood there or further, and nothing has changed it up to there.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sqlx::PgConnection;
use tokio::time::timeout;
use uuid::Uuid;

use super::Cache;
use super::source::Source;
use super::touched::Touched;
use crate::engine::{Standing, standings};
use crate::review::Rated;
use crate::{ReadError, place, review};

/// How long a check may take. It holds the one connection of the embedded database, if it gets it.
const CHECK: Duration = Duration::from_secs(2);
/// How long a reader waits for its check before it asks the database: the check before it, and its own.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many events are read at once.
const BATCH: u32 = 500;
/// Beyond so many events it costs less to begin anew than to read them.
const FAR: u64 = 1_000;

/// How far the shelves have followed the log, by way of each of [`Source::ALL`].
pub(super) type Followed = [Standing; Source::ALL.len()];

impl Cache {
    /// Whether the shelves hold nothing older than what the views held when this was called; `false` where that cannot
    /// be told in time.
    pub(super) async fn catch_up(self: &Arc<Self>) -> bool {
        let check = || Arc::clone(self).check();
        timeout(PATIENCE, self.gate.pass(check)).await.unwrap_or(false)
    }

    async fn check(self: Arc<Self>) -> bool {
        let error = match timeout(CHECK, self.follow()).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => Some(error),
            Err(_) => None,
        };
        self.failed_checks.fetch_add(1, Ordering::Relaxed);
        let error = error.as_ref().map(|error| error as &dyn std::error::Error);
        tracing::debug!(error, "the cache could not be checked in time; its readers ask the database");
        false
    }

    async fn follow(&self) -> Result<(), ReadError> {
        // Taken: a check that breaks off leaves nothing known, so that the next one begins anew. The views commit without
        // waiting for the disk, and a database that comes back from a crash may have lost the last of it.
        let before = self.exchange(None);
        let mut conn = self.pool.acquire().await?;
        let now = standings(&mut conn, Source::ALL.map(Source::projection)).await?;
        let touched = match before.and_then(|before| Passed::between(&before, &now)) {
            Some(passed) => self.touched(&mut conn, &passed).await?,
            None => None,
        };
        match touched {
            Some(touched) => self.drop_touched(&mut conn, touched).await?,
            None => self.empty(),
        }
        self.exchange(Some(now));
        Ok(())
    }

    fn exchange(&self, followed: Option<Followed>) -> Option<Followed> {
        // It is replaced whole, so that a poisoned lock guards a sound value.
        let mut known = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut known, followed)
    }

    /// What the events of `passed` change; `None` where that cannot be told.
    async fn touched(&self, conn: &mut PgConnection, passed: &Passed) -> Result<Option<Touched>, ReadError> {
        let mut touched = Touched::default();
        let (mut position, end) = passed.span();
        while position < end {
            let limit = u32::try_from(end - position).map_or(BATCH, |left| left.min(BATCH));
            let batch = self.feed.read_after(conn, position, limit).await?;
            // The log never ends before its views; if it did, this would not be the log that they are of.
            let Some(last) = batch.last() else { return Ok(None) };
            position = last.position;
            for item in &batch {
                // A view gets past an event that cannot be read only where it was parked.
                let Ok(events) = &item.events else { return Ok(None) };
                for event in events {
                    passed.sources(event.position).for_each(|source| touched.add(source, event));
                }
            }
        }
        Ok(Some(touched))
    }

    async fn drop_touched(&self, conn: &mut PgConnection, touched: Touched) -> Result<(), ReadError> {
        let Touched { mut places, all_places, mut users, hosts_of, reviewed_by } = touched;
        users.extend(place::hosts_of(conn, hosts_of).await?);
        for (rated, id) in review::rated_by(conn, reviewed_by).await? {
            match rated {
                Rated::Place => places.insert(id),
                Rated::Guest | Rated::Host => users.insert(id),
            };
        }
        if all_places {
            self.places.drop_all();
        }
        places.iter().for_each(|id: &Uuid| self.places.drop_changed(*id));
        users.iter().for_each(|id: &Uuid| self.users.drop_changed(*id));
        Ok(())
    }

    fn empty(&self) {
        self.places.drop_all();
        self.users.drop_all();
        self.emptied.fetch_add(1, Ordering::Relaxed);
    }
}

/// For each source, the positions that it has taken in between two checks: after the first, up to the second.
#[derive(Debug, PartialEq, Eq)]
struct Passed([(u64, u64); Source::ALL.len()]);

impl Passed {
    /// `None` where events alone do not say what has changed, or are too many: after a rebuild, or where a view stands
    /// further back than before.
    fn between(before: &Followed, now: &Followed) -> Option<Self> {
        let mut passed = [(0, 0); Source::ALL.len()];
        for ((passed, before), now) in passed.iter_mut().zip(before).zip(now) {
            let was_followed = now.rebuilds == before.rebuilds && now.position >= before.position;
            if !was_followed || now.position - before.position > FAR {
                return None;
            }
            *passed = (before.position, now.position);
        }
        let passed = Self(passed);
        let (first, last) = passed.span();
        (last - first <= FAR).then_some(passed)
    }

    /// From after where to up to where events are to be read; twice the same where there are none.
    fn span(&self) -> (u64, u64) {
        let moved = || self.0.iter().filter(|(after, upto)| after < upto);
        let first = moved().map(|(after, _)| *after).min().unwrap_or(0);
        (first, moved().map(|(_, upto)| *upto).max().unwrap_or(first))
    }

    /// Which sources took in the event at `position`.
    fn sources(&self, position: u64) -> impl Iterator<Item = Source> {
        let taken_in = move |(after, upto): &(u64, u64)| *after < position && position <= *upto;
        Source::ALL.into_iter().zip(self.0).filter(move |(_, passed)| taken_in(passed)).map(|(source, _)| source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(positions: [u64; 4]) -> Followed {
        positions.map(|position| Standing { position, rebuilds: 0 })
    }

    fn passed(before: [u64; 4], now: [u64; 4]) -> Option<Passed> {
        Passed::between(&followed(before), &followed(now))
    }

    fn by(passed: &Passed, position: u64) -> Vec<Source> {
        passed.sources(position).collect()
    }

    #[test]
    fn views_that_stand_where_they_stood_have_passed_nothing() {
        let still = passed([7, 7, 3, 7], [7, 7, 3, 7]).unwrap();
        let (first, last) = still.span();
        assert_eq!(first, last);
        assert_eq!(by(&still, 7), []);
    }

    #[test]
    fn each_view_has_passed_events_of_its_own() {
        // The places wait at 3; the reviews go on after a stop.
        let apart = passed([5, 3, 2, 5], [7, 3, 4, 5]).unwrap();
        assert_eq!(apart.span(), (2, 7));
        assert_eq!(
            (by(&apart, 2), by(&apart, 3), by(&apart, 4)),
            (vec![], vec![Source::Reviews], vec![Source::Reviews])
        );
        assert_eq!((by(&apart, 5), by(&apart, 6), by(&apart, 7)), (vec![], vec![Source::Users], vec![Source::Users]));
        assert_eq!(by(&apart, 8), []);
    }

    #[test]
    fn far_and_backward_moves_tell_nothing() {
        assert!(passed([0; 4], [FAR; 4]).is_some());
        assert_eq!(passed([0; 4], [FAR + 1; 4]), None);
        assert_eq!(passed([0, FAR, 0, 0], [1, FAR + 1, 0, 0]), None, "few events, but far apart");
        assert_eq!(passed([5; 4], [5, 4, 5, 5]), None);
    }

    #[test]
    fn a_rebuild_tells_nothing_wherever_it_ends() {
        for position in [5, 9] {
            let mut now = followed([5, 5, 5, 5]);
            now[1] = Standing { position, rebuilds: 1 };
            assert_eq!(Passed::between(&followed([5; 4]), &now), None);
        }
    }
}
