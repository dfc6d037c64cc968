//! Views that stand still, stand apart, go back or are made anew; logs and databases that are away.

use std::sync::atomic::Ordering;

use projections::{ReadError, Views, Waited, place};

use super::{Pair, holds_now, renamed};
use crate::events::{ADA, BOB, LOFT, created, details, registered};
use crate::harness::in_a_house;

#[tokio::test]
async fn what_the_views_do_not_show_yet_is_not_shown_and_not_lost() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        let (id, event) = holds_now(7);
        pair.house.log.append(id, event);
        assert_eq!((pair.capacity().await, pair.capacity().await), (4, 4), "no view has it");
        pair.house.catch_up().await;
        assert_eq!(pair.capacity().await, 7);
        assert_eq!(pair.counts().places.hits, 2);
    })
    .await;
}

#[tokio::test]
async fn a_view_that_has_stopped_leaves_the_others_current() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        // A place of the same id once more: the view of places stops here, the others go on.
        let waited = pair.given([created(LOFT, BOB, details()), holds_now(7), renamed(ADA, "Augusta")]).await;
        assert_eq!(waited, Waited::Behind);
        assert_eq!((pair.capacity().await, pair.first_name().await), (4, "Augusta".to_owned()));
        for name in ["Lovelace", "Byron"] {
            assert_eq!(pair.given([renamed(ADA, name)]).await, Waited::Behind);
            assert_eq!((pair.capacity().await, pair.first_name().await), (4, name.to_owned()));
        }
        assert_eq!(pair.counts().places.misses, 1, "nothing has changed the place yet");

        pair.other.park("places", 3, "made twice").await.unwrap();
        assert_eq!(pair.given([renamed(ADA, "Ada")]).await, Waited::Reached);
        assert_eq!((pair.capacity().await, pair.first_name().await), (7, "Ada".to_owned()));
        assert_eq!(pair.counts().emptied, 1);
    })
    .await;
}

#[tokio::test]
async fn a_rebuild_is_seen_even_where_it_ends_where_it_began() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        pair.given([holds_now(5)]).await;
        pair.tamper(9).await;
        assert_eq!((pair.capacity().await, pair.capacity().await), (9, 9));
        pair.other.rebuild("places").await.unwrap();
        assert_eq!(pair.capacity().await, 5);

        pair.tamper(9).await;
        pair.given([renamed(ADA, "Augusta")]).await;
        assert_eq!(pair.capacity().await, 5, "remembered");
        pair.other.rebuild("places").await.unwrap();
        pair.tamper(8).await;
        pair.given([renamed(ADA, "Ada")]).await;
        assert_eq!(pair.capacity().await, 8, "seen although the view has moved on since");
    })
    .await;
}

#[tokio::test]
async fn a_view_that_went_back_is_read_anew() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        // As after a crash of the database: the last that the views had committed is gone.
        pair.tamper(3).await;
        let back = "update projection_checkpoints set position = 1 where name = 'places'";
        sqlx::query(back).execute(&pair.house.pool).await.unwrap();
        assert_eq!(pair.capacity().await, 3);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_nobody_can_read_may_have_changed_anything() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        pair.house.log.unreadable.store(3, Ordering::Relaxed);
        assert_eq!(pair.given([holds_now(7)]).await, Waited::Behind);
        assert_eq!((pair.capacity().await, pair.counts().emptied), (4, 1));
        for view in Views::projections() {
            pair.other.park(view.name(), 3, "its key is damaged").await.unwrap();
        }
        pair.house.catch_up().await;
        pair.tamper(3).await;
        assert_eq!((pair.capacity().await, pair.counts().emptied), (3, 2));
    })
    .await;
}

#[tokio::test]
async fn while_the_log_cannot_be_read_the_database_is_asked() {
    in_a_house(|house| async move {
        let pair = Pair::of(house).await;
        pair.given([holds_now(7)]).await;
        pair.house.log.is_broken.store(true, Ordering::Relaxed);
        assert_eq!((pair.capacity().await, pair.counts().failed_checks), (7, 1));
        pair.tamper(8).await;
        assert_eq!(pair.capacity().await, 8, "now the shelves are empty, and need no log to begin anew");
        assert_eq!((pair.counts().places.bypassed, pair.counts().emptied), (1, 2));

        pair.house.log.is_broken.store(false, Ordering::Relaxed);
        pair.given([holds_now(9)]).await;
        assert_eq!((pair.capacity().await, pair.capacity().await), (9, 9));
        assert_eq!(pair.counts().places.bypassed, 1);
    })
    .await;
}

#[tokio::test]
async fn without_the_database_nothing_is_told_from_memory() {
    in_a_house(|house| async move {
        house.given([registered(ADA, "Ada"), created(LOFT, ADA, details())]).await;
        let pool = house.another_pool(2).await;
        let views = Views::new(pool.clone(), house.log.clone());
        assert!(place::described(&views, LOFT).await.unwrap().is_some());
        pool.close().await;
        let failed = place::described(&views, LOFT).await;
        assert!(matches!(failed, Err(ReadError::Unavailable(_))), "{failed:?}");
        assert_eq!(views.cache_counts().unwrap().places.bypassed, 1);
    })
    .await;
}
