//! Reads and changes at the same moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use projections::{Views, Waited, place, user};
use sqlx::{Connection as _, Executor as _};
use tokio::task::JoinSet;
use tokio::time::timeout;
use uuid::Uuid;

use super::{Pair, holds_now, renamed};
use crate::events::{ADA, LOFT, created, details, registered};
use crate::harness::{House, PATIENCE, in_a_house, in_a_house_with};

/// Returns once a statement waits for a lock on `table`.
async fn somebody_waits_for(house: &House, table: &str) {
    let sql = "select exists (select from pg_locks where not granted and relation = $1::regclass)";
    let waiting = async || sqlx::query_scalar::<_, bool>(sql).bind(table).fetch_one(&house.pool).await.unwrap();
    timeout(PATIENCE, async { while !waiting().await {} }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_a_change_overtakes_is_not_remembered() {
    in_a_house(|house| async move {
        let pair = Arc::new(Pair::of(house).await);
        pair.given([holds_now(5)]).await;
        let mut elsewhere = pair.house.another_pool(1).await.acquire().await.unwrap().detach();
        let mut lock = elsewhere.begin().await.unwrap();
        lock.execute("lock table review_sums_v1 in access exclusive mode").await.unwrap();

        // It has read the place, and waits for what is said of it.
        let slow = tokio::spawn({
            let pair = pair.clone();
            async move { pair.capacity().await }
        });
        somebody_waits_for(&pair.house, "review_sums_v1").await;
        assert_eq!(pair.given([holds_now(6)]).await, Waited::Reached);
        // Somebody else's read, of something else, follows the log past the change.
        assert!(place::described(&pair.house.views, Uuid::nil()).await.unwrap().is_none());
        lock.rollback().await.unwrap();

        assert_eq!(slow.await.unwrap(), 5, "it began before the change");
        assert_eq!((pair.capacity().await, pair.capacity().await), (6, 6));
        assert_eq!(pair.counts().places.bypassed, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_another_read_sees_what_was_acknowledged_before() {
    in_a_house(|house| async move {
        let pair = Arc::new(Pair::of(house).await);
        pair.given([holds_now(5)]).await;
        let mut elsewhere = pair.house.another_pool(1).await.acquire().await.unwrap().detach();
        let mut lock = elsewhere.begin().await.unwrap();
        lock.execute("lock table review_sums_v1 in access exclusive mode").await.unwrap();
        let read = || {
            let pair = pair.clone();
            tokio::spawn(async move { pair.capacity().await })
        };
        let before = read();
        somebody_waits_for(&pair.house, "review_sums_v1").await;
        assert_eq!(pair.given([holds_now(6)]).await, Waited::Reached);
        let after: Vec<_> = (0..8).map(|_| read()).collect();
        // They have not joined the read that is under way: one of them has begun a new one.
        let waiting = "select count(*) from pg_locks where not granted and relation = 'review_sums_v1'::regclass";
        let waiting = async || sqlx::query_scalar::<_, i64>(waiting).fetch_one(&pair.house.pool).await.unwrap();
        timeout(PATIENCE, async { while waiting().await < 2 {} }).await.unwrap();
        lock.rollback().await.unwrap();
        assert_eq!(before.await.unwrap(), 5);
        for read in after {
            assert_eq!(read.await.unwrap(), 6);
        }
    })
    .await;
}

/// The contract itself: whatever was acknowledged before a read began, anywhere, the read shows.
#[tokio::test(flavor = "multi_thread")]
async fn no_read_is_older_than_what_was_acknowledged_before_it() {
    in_a_house(|house| async move {
        let pair = Arc::new(Pair::of(house).await);
        let acknowledged = Arc::new(AtomicU32::new(4));
        let mut readers = JoinSet::new();
        for _ in 0..12 {
            let (pair, acknowledged) = (pair.clone(), acknowledged.clone());
            readers.spawn(async move {
                loop {
                    let least = acknowledged.load(Ordering::SeqCst);
                    let (capacity, name) = (pair.capacity().await, pair.first_name().await);
                    assert!(capacity >= least, "{capacity} after {least}");
                    assert!(name == "Ada" || name.parse::<u32>().unwrap() >= least, "{name} after {least}");
                    if least == 200 {
                        return;
                    }
                }
            });
        }
        for number in 5..=200_u32 {
            let events = [holds_now(number), renamed(ADA, &number.to_string())];
            let waited = match number % 2 {
                // By the process that reads, or by the other.
                0 => {
                    for (id, event) in events {
                        pair.house.log.append(id, event);
                    }
                    pair.house.wait().await
                }
                _ => pair.given(events).await,
            };
            assert_eq!(waited, Waited::Reached);
            acknowledged.store(number, Ordering::SeqCst);
        }
        while let Some(reader) = readers.join_next().await {
            reader.unwrap();
        }
        let counts = pair.counts();
        assert_eq!(counts.failed_checks, 0);
        assert!(counts.places.hits > 0 && counts.places.changed > 0, "{counts:?}");
    })
    .await;
}

#[tokio::test]
async fn readers_that_come_together_share_checks_and_reads() {
    in_a_house(|house| async move {
        let pair = Arc::new(Pair::of(house).await);
        pair.given([holds_now(5)]).await;
        let before = pair.counts();
        let mut readers = JoinSet::new();
        for _ in 0..100 {
            let pair = pair.clone();
            readers.spawn(async move { pair.capacity().await });
        }
        while let Some(read) = readers.join_next().await {
            assert_eq!(read.unwrap(), 5);
        }
        let after = pair.counts();
        // The first begins a check, the others come before it ends and share the next.
        assert!(after.checks - before.checks <= 3, "{} checks", after.checks - before.checks);
        assert_eq!(after.places.misses - before.places.misses, 1);
        assert_eq!(after.places.hits - before.places.hits, 99);
    })
    .await;
}

#[tokio::test]
async fn one_connection_is_enough_for_checks_and_reads() {
    in_a_house_with(1, |house| async move {
        house.given([registered(ADA, "Ada"), created(LOFT, ADA, details())]).await;
        let mut readers = JoinSet::new();
        for number in 1..=16_u32 {
            let house = house.clone();
            readers.spawn(async move {
                let (id, event) = holds_now(number);
                let position = house.log.append(id, event);
                let deadline = std::time::Instant::now() + PATIENCE;
                assert_eq!(house.views.wait_for(position, deadline).await, Waited::Reached);
                let loft = place::described(&house.views, LOFT).await.unwrap().unwrap();
                // The place was made by the second event, and each one since is its own.
                assert!(loft.row.version >= position - 1);
                assert!(user::described(&house.views, ADA).await.unwrap().is_some());
            });
        }
        while let Some(reader) = readers.join_next().await {
            reader.unwrap();
        }
        let last = place::described(&house.views, LOFT).await.unwrap().unwrap();
        assert_eq!(last.row.version, 17);
    })
    .await;
}

#[tokio::test]
async fn a_reader_that_goes_away_holds_nobody_up() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        for number in 1..=50 {
            pair.given([holds_now(number)]).await;
            let gone = place::described(&pair.house.views, LOFT);
            let _ = timeout(std::time::Duration::from_micros(u64::from(number) * 40), gone).await;
            assert_eq!(pair.capacity().await, number);
        }
        assert_eq!(pair.counts().failed_checks, 0);
    })
    .await;
}

#[tokio::test]
async fn clones_of_the_views_share_what_is_remembered() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        let clone: Views = pair.house.views.clone();
        assert!(place::described(&clone, LOFT).await.unwrap().is_some());
        assert_eq!(clone.cache_counts().unwrap().places.hits, 1);
        assert_eq!(pair.other.cache_counts().unwrap().checks, 0, "another process has its own");
    })
    .await;
}
