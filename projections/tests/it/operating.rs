//! Events that cannot be applied, and what a person does about them; rebuilding.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use projections::engine::ProjectionState;
use projections::{OperateError, ProjectionStatus, Projectors, Waited};
use uuid::Uuid;

use crate::events::{ADA, BOB, LOFT, STAY, confirmed, created, details, june, registered, requested};
use crate::harness::{House, PATIENCE, in_a_house};
use crate::stepping::{Diary, entries, keep_a_diary};

async fn status(house: &House, name: &str) -> ProjectionStatus {
    house.views.status().await.unwrap().into_iter().find(|status| status.name == name).unwrap()
}

async fn wait(house: &House, projectors: &Projectors) -> Waited {
    projectors.wait_for(house.log.head(), Instant::now() + PATIENCE).await
}

/// Two bookings of the same night, which no guard would let pass, and one event after them.
async fn a_broken_log(house: &House) {
    let events = [
        created(LOFT, ADA, details()),
        requested(STAY, june(3, 5)),
        requested(Uuid::from_u128(2), june(4, 6)),
        confirmed(STAY),
    ];
    for (id, event) in events {
        house.log.append(id, event);
    }
    let begun = Instant::now();
    assert_eq!(house.wait().await, Waited::Behind);
    assert!(begun.elapsed() < PATIENCE, "told at once that a view has stopped");
}

#[tokio::test]
async fn a_poison_event_stops_its_projection_alone() {
    in_a_house(|house| async move {
        a_broken_log(&house).await;
        let stopped = status(&house, "availability").await;
        assert_eq!((stopped.state, stopped.position, stopped.lag), (ProjectionState::Failed, 2, 2));
        assert_eq!((stopped.failing_position, stopped.attempts, stopped.serves), (Some(3), 5, true));
        assert!(stopped.last_error.unwrap().contains("duplicate key"));
        assert_eq!(house.dump("place_nights_v1").await.len(), 2, "the good events before it are applied");
        for name in ["users", "places", "bookings"] {
            let going_on = status(&house, name).await;
            assert_eq!((going_on.state, going_on.position, going_on.lag), (ProjectionState::Running, 4, 0), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_parked_event_is_left_out_and_the_projection_goes_on() {
    in_a_house(|house| async move {
        a_broken_log(&house).await;
        let early = house.views.park("availability", 2, "not this one").await;
        assert!(matches!(early, Err(OperateError::NotFailing)));
        house.views.park("availability", 3, "double booking of incident 7").await.unwrap();
        house.catch_up().await;
        let going_on = status(&house, "availability").await;
        assert_eq!((going_on.state, going_on.lag, going_on.parked), (ProjectionState::Running, 0, 1));
        let parked = house.dump("parked_events").await;
        assert!(parked[0].contains("incident 7") && parked[0].contains("duplicate key"), "{parked:?}");

        let rows = house.dump_views().await;
        house.views.rebuild("availability").await.unwrap();
        assert_eq!(house.dump_views().await, rows, "left out of a rebuild too");
    })
    .await;
}

#[tokio::test]
async fn a_mended_projection_is_resumed() {
    in_a_house(|house| async move {
        let (diary, projectors) = keep_a_diary(&house, Diary::default()).await;
        diary.chokes_on.store(2, Ordering::Relaxed);
        for name in ["a", "b", "c"] {
            let (id, event) = registered(ADA, name);
            house.log.append(id, event);
        }
        assert_eq!(wait(&house, &projectors).await, Waited::Behind);
        assert_eq!(entries(&house).await, [1]);
        assert_eq!(status(&house, "diary").await.failing_position, Some(2));
        assert!(!status(&house, "diary").await.serves, "it is none of the views");

        diary.chokes_on.store(0, Ordering::Relaxed);
        assert_eq!(wait(&house, &projectors).await, Waited::Behind, "nothing happens by itself");
        // Anybody's projectors can do it: the command line's need not know the reactors.
        house.views.resume("diary").await.unwrap();
        assert_eq!(wait(&house, &projectors).await, Waited::Reached);
        assert_eq!(entries(&house).await, [1, 2, 3]);
        assert!(matches!(house.views.resume("diary").await, Err(OperateError::NotStopped)));
    })
    .await;
}

#[tokio::test]
async fn an_event_that_cannot_be_read_stops_whoever_needs_it() {
    in_a_house(|house| async move {
        house.given([registered(ADA, "Ada")]).await;
        house.log.unreadable.store(2, Ordering::Relaxed);
        let (id, event) = registered(BOB, "Bob");
        house.log.append(id, event);
        assert_eq!(house.wait().await, Waited::Behind);
        let stopped = status(&house, "users").await;
        assert_eq!((stopped.position, stopped.failing_position), (1, Some(2)));
        assert!(stopped.last_error.unwrap().ends_with("its key is damaged"));
    })
    .await;
}

#[tokio::test]
async fn an_event_that_takes_too_long_each_time_stops_its_projection() {
    in_a_house(|house| async move {
        let (diary, projectors) = keep_a_diary(&house, Diary::default()).await;
        diary.hangs_on.store(2, Ordering::Relaxed);
        for name in ["a", "b"] {
            let (id, event) = registered(ADA, name);
            house.log.append(id, event);
        }
        assert_eq!(wait(&house, &projectors).await, Waited::Behind);
        assert_eq!(entries(&house).await, [1]);
        let stopped = status(&house, "diary").await;
        assert_eq!((stopped.state, stopped.failing_position), (ProjectionState::Failed, Some(2)));
        assert!(stopped.last_error.unwrap().contains("statement timeout"));
    })
    .await;
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_told_until_it_can() {
    in_a_house(|house| async move {
        house.log.is_broken.store(true, Ordering::Relaxed);
        let (id, event) = registered(ADA, "Ada");
        house.log.append(id, event);
        let soon = Instant::now() + Duration::from_millis(500);
        assert_eq!(house.views.wait_for(1, soon).await, Waited::Behind);
        let waiting = status(&house, "users").await;
        assert_eq!((waiting.state, waiting.attempts, waiting.failing_position), (ProjectionState::Running, 0, None));
        assert!(waiting.last_error.unwrap().ends_with("position 7 is missing"));

        house.log.is_broken.store(false, Ordering::Relaxed);
        house.catch_up().await;
        assert_eq!(status(&house, "users").await.last_error, None);
    })
    .await;
}

#[tokio::test]
async fn a_rebuild_gives_the_same_rows_and_mends_what_was_wrong() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details()), requested(STAY, june(3, 5)), confirmed(STAY)]).await;
        let rows = house.dump_views().await;
        sqlx::query("update place_nights_v1 set kind = 'pending'").execute(&house.pool).await.unwrap();
        sqlx::query("insert into place_nights_v1 values ($1, '2030-01-01', 'blocked', $1)")
            .bind(BOB)
            .execute(&house.pool)
            .await
            .unwrap();
        for _ in 0..2 {
            assert_eq!(house.views.rebuild("availability").await.unwrap().position, 3);
            assert_eq!(house.dump_views().await, rows);
        }
        house.given([requested(BOB, june(8, 9))]).await;
        assert_eq!(house.dump("place_nights_v1").await.len(), 3, "it goes on from there");
    })
    .await;
}

#[tokio::test]
async fn a_rebuild_that_fails_leaves_the_old_rows() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details()), registered(ADA, "Ada")]).await;
        let rows = (house.dump_views().await, house.dump("projection_checkpoints").await);
        house.log.unreadable.store(2, Ordering::Relaxed);
        let failed = house.views.rebuild("users").await;
        assert!(matches!(failed, Err(OperateError::Poison { position: 2, .. })), "{failed:?}");
        assert_eq!((house.dump_views().await, house.dump("projection_checkpoints").await), rows);
    })
    .await;
}

#[tokio::test]
async fn reactors_are_not_rebuilt_and_unknown_names_are_said_to_be_unknown() {
    in_a_house(|house| async move {
        let (_, projectors) = keep_a_diary(&house, Diary { reactor: true, ..Diary::default() }).await;
        assert!(matches!(projectors.rebuild("diary").await, Err(OperateError::NotRebuildable)));
        assert!(matches!(house.views.rebuild("diaries").await, Err(OperateError::Unknown)));
        assert!(matches!(house.views.resume("diaries").await, Err(OperateError::Unknown)));
        assert!(matches!(house.views.park("diaries", 1, "why").await, Err(OperateError::Unknown)));
    })
    .await;
}
