//! The reads of one kind, by id.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use quick_cache::sync::{Cache, EntryAction, EntryResult};
use quick_cache::{DefaultHashBuilder, Lifecycle, Weighter};
use tokio::time::timeout;
use uuid::Uuid;

use super::ShelfCounts;

/// How long a reader waits for another that loads the same. Then it loads for itself: somebody else's trouble with the
/// database is to cost nobody more than this.
const JOIN: Duration = Duration::from_millis(500);
/// What an entry takes beside its value.
const ENTRY_BYTES: u64 = 160;
/// What an entry weighs on average, about: so many are expected.
const MEAN_BYTES: u64 = 3_000;

/// Something of known size.
pub(crate) trait Weighed {
    /// About how many bytes it takes, those that it points to included.
    fn weight(&self) -> u64;
}

/// What was read of each of many, or that there is none: as new as the last of [`drop_changed`](Self::drop_changed) and
/// [`drop_all`](Self::drop_all), wherever these are told of every change.
///
/// Whoever misses leaves a mark before it reads, and what it has read is kept only where its mark still stands: a change
/// takes away the mark as well as the value, so that a read that is overtaken by a change is never kept. Others who want
/// the same meanwhile find the mark and wait for that read.
pub(crate) struct Shelf<T> {
    kept: Cache<Uuid, Kept<T>, Weight, DefaultHashBuilder, CrowdedOut>,
    ttl: Duration,
    hits: AtomicU64,
    misses: AtomicU64,
    bypassed: AtomicU64,
    changed: AtomicU64,
    aged: AtomicU64,
    crowded_out: CrowdedOut,
}

struct Kept<T> {
    value: Option<Arc<T>>,
    since: Instant,
    weight: u64,
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), ..*self }
    }
}

impl<T: Weighed> Kept<T> {
    fn new(value: Option<Arc<T>>) -> Self {
        let weight = ENTRY_BYTES + value.as_ref().map_or(0, |value| value.weight());
        Self { value, since: Instant::now(), weight }
    }
}

impl<T: Weighed> Shelf<T> {
    /// Keeps values that weigh at most `capacity` together, each for at most `ttl`.
    pub(super) fn new(capacity: u64, ttl: Duration) -> Self {
        let crowded_out = CrowdedOut::default();
        let expected = usize::try_from(capacity / MEAN_BYTES).unwrap_or(usize::MAX);
        let kept = Cache::with(expected, capacity, Weight, DefaultHashBuilder::default(), crowded_out.clone());
        let counter = AtomicU64::default;
        Self {
            kept,
            ttl,
            hits: counter(),
            misses: counter(),
            bypassed: counter(),
            changed: counter(),
            aged: counter(),
            crowded_out,
        }
    }

    /// What is kept of `id`, or what `load` finds, which must not have begun.
    ///
    /// # Errors
    /// Those of `load`; nothing is kept then.
    pub(super) async fn read<E>(
        &self,
        id: Uuid,
        load: impl Future<Output = Result<Option<T>, E>>,
    ) -> Result<Option<Arc<T>>, E> {
        // The common case takes a lock that readers share.
        if let Some(kept) = self.kept.get(&id).filter(|kept| self.is_good(kept)) {
            return Ok(self.hit(kept.value));
        }
        let look = |_: &Uuid, kept: &mut Kept<T>| match self.is_good(kept) {
            true => EntryAction::Retain(kept.value.clone()),
            false => EntryAction::ReplaceWithGuard,
        };
        let mark = match timeout(JOIN, self.kept.entry_async(&id, look)).await {
            Ok(EntryResult::Retained(value)) => return Ok(self.hit(value)),
            Ok(EntryResult::Vacant(mark)) => mark,
            Ok(EntryResult::Replaced(mark, _)) => {
                self.aged.fetch_add(1, Ordering::Relaxed);
                mark
            }
            // Nothing is removed above, and a wait without a time-out of its own does not run out of it.
            Ok(EntryResult::Removed(..) | EntryResult::Timeout) | Err(_) => return self.bypass(load).await,
        };
        self.misses.fetch_add(1, Ordering::Relaxed);
        let value = load.await?.map(Arc::new);
        // Not kept where the mark is gone: the read may be older than what took it away.
        let _ = mark.insert(Kept::new(value.clone()));
        Ok(value)
    }

    /// What `load` finds, kept by nobody.
    ///
    /// # Errors
    /// Those of `load`.
    pub(super) async fn bypass<E>(
        &self,
        load: impl Future<Output = Result<Option<T>, E>>,
    ) -> Result<Option<Arc<T>>, E> {
        self.bypassed.fetch_add(1, Ordering::Relaxed);
        Ok(load.await?.map(Arc::new))
    }

    /// Forgets one, and keeps nothing of it that was read before now.
    pub(super) fn drop_changed(&self, id: Uuid) {
        if self.kept.remove(&id).is_some() {
            self.changed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Forgets everything, and keeps nothing that was read before now.
    pub(super) fn drop_all(&self) {
        self.changed.fetch_add(self.kept.len() as u64, Ordering::Relaxed);
        self.kept.clear();
    }

    pub(super) fn counts(&self) -> ShelfCounts {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ShelfCounts {
            hits: count(&self.hits),
            misses: count(&self.misses),
            bypassed: count(&self.bypassed),
            changed: count(&self.changed),
            aged: count(&self.aged),
            crowded_out: count(&self.crowded_out.0),
            entries: self.kept.len() as u64,
            bytes: self.kept.weight(),
        }
    }

    fn is_good(&self, kept: &Kept<T>) -> bool {
        kept.since.elapsed() < self.ttl
    }

    fn hit(&self, value: Option<Arc<T>>) -> Option<Arc<T>> {
        self.hits.fetch_add(1, Ordering::Relaxed);
        value
    }
}

#[derive(Clone)]
struct Weight;

impl<T> Weighter<Uuid, Kept<T>> for Weight {
    fn weight(&self, _: &Uuid, kept: &Kept<T>) -> u64 {
        kept.weight
    }
}

/// Counts what has to make room.
#[derive(Clone, Default)]
struct CrowdedOut(Arc<AtomicU64>);

impl<T> Lifecycle<Uuid, Kept<T>> for CrowdedOut {
    type RequestState = ();

    fn on_evict(&self, (): &mut (), _: Uuid, _: Kept<T>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use tokio::sync::oneshot;

    use super::*;

    const LOFT: Uuid = Uuid::from_u128(1);
    const HUT: Uuid = Uuid::from_u128(2);
    const HOUR: Duration = Duration::from_secs(3_600);

    impl Weighed for u64 {
        fn weight(&self) -> u64 {
            1_000
        }
    }

    fn shelf(capacity: u64, ttl: Duration) -> Shelf<u64> {
        Shelf::new(capacity, ttl)
    }

    async fn read(shelf: &Shelf<u64>, id: Uuid, found: Option<u64>) -> Option<u64> {
        let found = shelf.read(id, async move { Ok::<_, Infallible>(found) }).await.unwrap();
        found.map(|value| *value)
    }

    /// A read that finds what the test says when it says so.
    async fn slow(shelf: &Shelf<u64>, id: Uuid, found: oneshot::Receiver<u64>) -> Option<u64> {
        let load = async { found.await.map(Some) };
        shelf.read(id, load).await.ok().flatten().map(|value| *value)
    }

    /// Lets a future go as far as it gets by itself.
    macro_rules! begin {
        ($future:expr) => {
            assert!(poll_fn(|cx| Poll::Ready($future.as_mut().poll(cx).is_pending())).await)
        };
    }

    #[tokio::test]
    async fn what_was_read_is_kept_that_there_is_nothing_too() {
        let shelf = shelf(1 << 20, HOUR);
        assert_eq!((read(&shelf, LOFT, Some(1)).await, read(&shelf, HUT, None).await), (Some(1), None));
        assert_eq!((read(&shelf, LOFT, Some(2)).await, read(&shelf, HUT, Some(2)).await), (Some(1), None));
        let counts = shelf.counts();
        assert_eq!((counts.misses, counts.hits, counts.entries), (2, 2, 2));
        assert_eq!(counts.bytes, 1_000 + 2 * ENTRY_BYTES);
    }

    #[tokio::test]
    async fn what_was_changed_is_read_again_and_nothing_else() {
        let shelf = shelf(1 << 20, HOUR);
        for id in [LOFT, HUT] {
            read(&shelf, id, Some(1)).await;
        }
        shelf.drop_changed(LOFT);
        assert_eq!((read(&shelf, LOFT, Some(2)).await, read(&shelf, HUT, Some(2)).await), (Some(2), Some(1)));
        shelf.drop_all();
        assert_eq!((read(&shelf, LOFT, Some(3)).await, read(&shelf, HUT, Some(3)).await), (Some(3), Some(3)));
        assert_eq!(shelf.counts().changed, 3);
    }

    #[tokio::test]
    async fn a_read_that_a_change_overtakes_is_not_kept() {
        let changes: [fn(&Shelf<u64>); 2] = [|shelf| shelf.drop_changed(LOFT), Shelf::drop_all];
        for change in changes {
            let shelf = shelf(1 << 20, HOUR);
            let (old, found) = oneshot::channel();
            let mut overtaken = pin!(slow(&shelf, LOFT, found));
            begin!(overtaken);
            change(&shelf);
            old.send(1).unwrap();
            assert_eq!(overtaken.await, Some(1), "it came before the change");
            assert_eq!(read(&shelf, LOFT, Some(2)).await, Some(2));
            assert_eq!(read(&shelf, LOFT, Some(3)).await, Some(2));
        }
    }

    #[tokio::test]
    async fn of_two_reads_around_a_change_the_later_is_kept_whichever_ends_first() {
        let shelf = shelf(1 << 20, HOUR);
        let ((old, found_old), (new, found_new)) = (oneshot::channel(), oneshot::channel());
        let (mut before, mut after) = (pin!(slow(&shelf, LOFT, found_old)), pin!(slow(&shelf, LOFT, found_new)));
        begin!(before);
        shelf.drop_changed(LOFT);
        begin!(after);
        old.send(1).unwrap();
        assert_eq!(before.await, Some(1));
        new.send(2).unwrap();
        assert_eq!(after.await, Some(2));
        assert_eq!(read(&shelf, LOFT, Some(3)).await, Some(2));
    }

    #[tokio::test]
    async fn who_wants_the_same_waits_for_one_read() {
        let shelf = shelf(1 << 20, HOUR);
        let (found, finds) = oneshot::channel();
        let (mut first, mut second) = (pin!(slow(&shelf, LOFT, finds)), pin!(read(&shelf, LOFT, Some(2))));
        begin!(first);
        begin!(second);
        found.send(1).unwrap();
        assert_eq!(first.await, Some(1));
        assert_eq!(second.await, Some(1));
        assert_eq!((shelf.counts().misses, shelf.counts().hits), (1, 1));
    }

    #[tokio::test]
    async fn who_waits_for_a_read_that_goes_away_reads_for_itself() {
        let shelf = shelf(1 << 20, HOUR);
        let (_found, finds) = oneshot::channel();
        let mut first = Box::pin(slow(&shelf, LOFT, finds));
        let mut second = pin!(read(&shelf, LOFT, Some(2)));
        begin!(first);
        begin!(second);
        drop(first);
        assert_eq!(second.await, Some(2));
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_too_long_reads_for_itself() {
        let shelf = shelf(1 << 20, HOUR);
        let (found, finds) = oneshot::channel();
        let mut first = pin!(slow(&shelf, LOFT, finds));
        begin!(first);
        assert_eq!(read(&shelf, LOFT, Some(2)).await, Some(2));
        assert_eq!(shelf.counts().bypassed, 1);
        found.send(1).unwrap();
        assert_eq!(first.await, Some(1));
        assert_eq!(read(&shelf, LOFT, Some(3)).await, Some(1), "only the first is kept");
    }

    #[tokio::test]
    async fn a_read_that_fails_leaves_nothing() {
        let shelf = shelf(1 << 20, HOUR);
        assert_eq!(shelf.read(LOFT, async { Err("the database is away") }).await, Err("the database is away"));
        assert_eq!(read(&shelf, LOFT, Some(2)).await, Some(2));
    }

    #[tokio::test]
    async fn what_is_too_old_is_read_again() {
        let shelf = shelf(1 << 20, Duration::ZERO);
        for value in 1..=3 {
            assert_eq!(read(&shelf, LOFT, Some(value)).await, Some(value));
        }
        let counts = shelf.counts();
        assert_eq!((counts.misses, counts.aged, counts.hits, counts.entries), (3, 2, 0, 1));
    }

    #[tokio::test]
    async fn what_is_kept_never_weighs_more_than_it_may() {
        let shelf = shelf(100_000, HOUR);
        for id in 0..1_000 {
            read(&shelf, Uuid::from_u128(id), Some(1)).await;
            assert!(shelf.counts().bytes <= 100_000);
        }
        let counts = shelf.counts();
        assert_eq!(counts.entries + counts.crowded_out, 1_000);
        assert!(counts.entries > 40, "{counts:?}");
    }
}
