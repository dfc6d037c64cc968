use jiff::SignedDuration;
use serde_json::json;

use super::desk::{LEASE, on_postgres};
use crate::jobs::{JobState, NewJob, Settled};
use commands::ports::clock::Clock;

#[tokio::test]
async fn a_leased_job_is_hidden_until_its_lease_ends() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        desk.lease_one().await;
        desk.clock.advance(SignedDuration::from_secs(60) - SignedDuration::from_micros(1));
        assert_eq!(desk.queue.lease(1, LEASE).await.unwrap(), []);
        desk.clock.advance(SignedDuration::from_micros(1));
        assert_eq!(desk.lease_one().await.attempt, 2);
    })
    .await;
}

#[tokio::test]
async fn whoever_lost_a_lease_has_no_say() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let lost = desk.lease_one().await;
        desk.clock.advance(SignedDuration::from_secs(60));
        let held = desk.lease_one().await;

        assert_eq!(desk.queue.complete(&lost).await.unwrap(), Settled::Stale);
        assert_eq!(desk.queue.retry_at(&lost, desk.clock.now(), "late").await.unwrap(), Settled::Stale);
        assert_eq!(desk.queue.bury(&lost, "late").await.unwrap(), Settled::Stale);
        assert_eq!(desk.queue.release(&lost).await.unwrap(), Settled::Stale);
        let record = desk.record("a").await;
        assert_eq!((record.state, record.attempts, record.last_error), (JobState::Leased, 2, None));

        assert_eq!(desk.queue.complete(&held).await.unwrap(), Settled::Accepted);
        assert_eq!(desk.queue.complete(&held).await.unwrap(), Settled::Stale);
    })
    .await;
}

#[tokio::test]
async fn an_operators_retry_does_not_revive_an_old_lease() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let lost = desk.lease_one().await;
        desk.clock.advance(SignedDuration::from_secs(60));
        desk.queue.bury(&desk.lease_one().await, "enough").await.unwrap();
        assert!(desk.queue.retry(lost.id).await.unwrap());

        // The count of attempts starts again; the fence does not.
        assert_eq!(desk.lease_one().await.attempt, lost.attempt);
        assert_eq!(desk.queue.complete(&lost).await.unwrap(), Settled::Stale);
    })
    .await;
}

#[tokio::test]
async fn a_late_holder_whose_job_nobody_took_may_still_complete_it() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let job = desk.lease_one().await;
        desk.clock.advance(SignedDuration::from_hours(1));
        assert_eq!(desk.queue.complete(&job).await.unwrap(), Settled::Accepted);
        assert_eq!(desk.queue.lease(1, LEASE).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_takes_its_workers_down_is_dead_in_the_end() {
    on_postgres(|desk| async move {
        desk.enqueue(&NewJob { max_attempts: 2, ..NewJob::new("test", "a", json!({}), desk.clock.now()) }).await;
        for attempt in 1..=2 {
            assert_eq!(desk.lease_one().await.attempt, attempt);
            desk.clock.advance(SignedDuration::from_secs(60));
        }
        assert_eq!(desk.queue.lease(1, LEASE).await.unwrap(), []);
        let record = desk.record("a").await;
        assert_eq!((record.state, record.attempts), (JobState::Dead, 2));
        assert_eq!(record.last_error.as_deref(), Some("the last attempt never ended"));
    })
    .await;
}

#[tokio::test]
async fn a_released_job_is_ready_at_once_and_loses_no_attempt() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        for _ in 0..3 {
            let job = desk.lease_one().await;
            assert_eq!(job.attempt, 1);
            assert_eq!(desk.queue.release(&job).await.unwrap(), Settled::Accepted);
        }
    })
    .await;
}

#[tokio::test]
async fn the_longest_due_jobs_are_leased_first_and_no_more_than_asked_for() {
    on_postgres(|desk| async move {
        for (after, key) in [(3, "third"), (1, "first"), (2, "second"), (9, "not yet")] {
            desk.due_in(SignedDuration::from_secs(after), key).await;
        }
        desk.clock.advance(SignedDuration::from_secs(5));
        let keys = |jobs: Vec<crate::jobs::Job>| jobs.into_iter().map(|job| job.key).collect::<Vec<_>>();
        assert_eq!(keys(desk.queue.lease(2, LEASE).await.unwrap()), ["first", "second"]);
        assert_eq!(keys(desk.queue.lease(2, LEASE).await.unwrap()), ["third"]);
    })
    .await;
}
