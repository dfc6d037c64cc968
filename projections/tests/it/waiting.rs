//! Waiting for one's own write.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use projections::{Slice, Views, Waited, user};
use sqlx::{Acquire, PgConnection};
use uuid::Uuid;

use crate::events::{ADA, registered};
use crate::harness::{PATIENCE, in_a_house, in_a_house_with};

async fn hold_checkpoints(conn: &mut PgConnection) {
    sqlx::query("select from projection_checkpoints for update").execute(conn).await.unwrap();
}

#[tokio::test]
async fn the_waiter_drives_when_no_wake_up_comes() {
    in_a_house(|house| async move {
        let (id, event) = registered(ADA, "Ada");
        let position = house.log.append(id, event);
        // No worker runs here at all.
        assert_eq!(house.views.wait_for(position, Instant::now() + PATIENCE).await, Waited::Reached);
        assert!(user::find(&house.views, ADA).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn the_waiter_takes_over_from_a_projector_that_is_just_finishing() {
    in_a_house(|house| async move {
        let mut busy = house.pool.acquire().await.unwrap();
        let mut elsewhere = busy.begin().await.unwrap();
        hold_checkpoints(&mut elsewhere).await;
        let (id, event) = registered(ADA, "Ada");
        let position = house.log.append(id, event);
        let short = Instant::now() + Duration::from_millis(150);
        assert_eq!(house.views.wait_for(position, short).await, Waited::Behind);

        let views = house.views.clone();
        let waiter = tokio::spawn(async move { views.wait_for(position, Instant::now() + PATIENCE).await });
        elsewhere.rollback().await.unwrap();
        assert_eq!(waiter.await.unwrap(), Waited::Reached);
    })
    .await;
}

#[tokio::test]
async fn a_position_beyond_the_log_is_not_reached() {
    in_a_house(|house| async move {
        house.given([registered(ADA, "Ada")]).await;
        let short = Instant::now() + Duration::from_millis(50);
        assert_eq!(house.views.wait_for(2, short).await, Waited::Behind);
        assert_eq!(house.views.wait_for(1, Instant::now()).await, Waited::Reached);
        assert_eq!(house.views.wait_for(0, Instant::now()).await, Waited::Reached);
        assert_eq!(house.views.head().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_the_views_have_lost_is_not_believed_to_be_there() {
    in_a_house(|house| async move {
        house.given([registered(ADA, "Ada")]).await;
        // As after a crash of the database: the views' last commit is gone, the log's is not.
        for loss in ["update projection_checkpoints set position = 0", "delete from users_v1"] {
            sqlx::query(loss).execute(&house.pool).await.unwrap();
        }
        let mut elsewhere = house.pool.begin().await.unwrap();
        hold_checkpoints(&mut elsewhere).await;
        let (id, event) = registered(Uuid::from_u128(7), "Bob");
        let position = house.log.append(id, event);
        let short = || Instant::now() + Duration::from_millis(150);
        assert_eq!(house.views.wait_for(position, short()).await, Waited::Behind, "nobody can advance them");
        assert_eq!(house.views.wait_for(1, short()).await, Waited::Behind, "it was reached, and is not any more");
        elsewhere.rollback().await.unwrap();
        house.catch_up().await;
        assert!(user::find(&house.views, ADA).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn one_connection_is_enough_for_everything() {
    in_a_house_with(1, |house| async move {
        let mut writers = tokio::task::JoinSet::new();
        for number in 1..=16 {
            let house = house.clone();
            writers.spawn(async move {
                let (id, event) = registered(Uuid::from_u128(number), "Ada");
                let position = house.log.append(id, event);
                let waited = house.views.wait_for(position, Instant::now() + PATIENCE).await;
                (waited, user::find(&house.views, id).await.unwrap().is_some())
            });
        }
        while let Some(written) = writers.join_next().await {
            assert_eq!(written.unwrap(), (Waited::Reached, true));
        }
        house.views.rebuild("users").await.unwrap();
        assert_eq!(house.views.status().await.unwrap().len(), Views::projections().len());
        let page = Slice::Page { page: 1, per_page: 5 };
        assert_eq!(user::search(&house.views, None, page).await.unwrap().total, Some(16));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_waiters_share_one_drive() {
    in_a_house_with(4, |house| async move {
        for number in 1..=256 {
            let (id, event) = registered(Uuid::from_u128(number), "Ada");
            house.log.append(id, event);
        }
        let mut waiters = tokio::task::JoinSet::new();
        for position in 1..=256 {
            let views = house.views.clone();
            waiters.spawn(async move { views.wait_for(position, Instant::now() + PATIENCE).await });
        }
        while let Some(waited) = waiters.join_next().await {
            assert_eq!(waited.unwrap(), Waited::Reached);
        }
        // One batch holds them all: the views stand together and read it once, not each for itself or for a waiter.
        assert_eq!(house.log.reads.load(Ordering::Relaxed), 1);
    })
    .await;
}

#[tokio::test]
async fn a_waiter_that_goes_away_leaves_the_views_whole() {
    in_a_house(|house| async move {
        for number in 1..=50 {
            let (id, event) = registered(Uuid::from_u128(number), "Ada");
            house.log.append(id, event);
            let gone = house.views.wait_for(number as u64, Instant::now() + PATIENCE);
            let _ = tokio::time::timeout(Duration::from_micros(number as u64 * 50), gone).await;
        }
        house.catch_up().await;
        assert_eq!(house.dump("users_v1").await.len(), 50);
    })
    .await;
}
