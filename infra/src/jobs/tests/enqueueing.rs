use std::time::Duration;

use futures::FutureExt;
use jiff::SignedDuration;
use serde_json::json;

use super::desk::{LEASE, on_postgres};
use crate::jobs::wakeup::{POLL_EVERY, longest_pause};
use crate::jobs::{Enqueued, JobState, NewJob, Settled};
use commands::ports::clock::Clock;

#[tokio::test]
async fn a_job_exists_if_and_when_its_transaction_commits() {
    on_postgres(|desk| async move {
        let mut transaction = desk.pool.begin().await.unwrap();
        let job = NewJob::new("greet", "greetings:7", json!({"to": "Zoë", "n": 1.10}), desk.clock.now());
        assert_eq!(desk.queue.enqueue(&mut transaction, &job).await.unwrap(), Enqueued::Added);
        assert_eq!(desk.queue.lease(1, LEASE).await.unwrap(), []);

        transaction.commit().await.unwrap();
        let leased = desk.lease_one().await;
        assert_eq!((leased.kind, leased.key, leased.payload), (job.kind, job.key, job.payload));
        assert_eq!((leased.run_at, leased.attempt, leased.max_attempts), (job.run_at, 1, 20));
    })
    .await;
}

#[tokio::test]
async fn a_job_of_a_rolled_back_transaction_never_existed() {
    on_postgres(|desk| async move {
        let job = NewJob::new("test", "reactor:1", json!({}), desk.clock.now());
        let mut transaction = desk.pool.begin().await.unwrap();
        desk.queue.enqueue(&mut transaction, &job).await.unwrap();
        transaction.rollback().await.unwrap();

        assert_eq!(desk.queue.lease(1, LEASE).await.unwrap(), []);
        assert_eq!(desk.queue.next_due().await.unwrap(), None);
        assert_eq!(desk.enqueue(&job).await, Enqueued::Added);
    })
    .await;
}

#[tokio::test]
async fn a_repeat_under_the_same_key_adds_nothing_even_after_the_job_is_done() {
    on_postgres(|desk| async move {
        let first = NewJob::new("test", "reactor:1", json!({"n": 1}), desk.clock.now());
        let repeat = NewJob { payload: json!({"n": 2}), ..first.clone() };
        assert_eq!(desk.enqueue(&first).await, Enqueued::Added);
        assert_eq!(desk.enqueue(&repeat).await, Enqueued::Known);

        let job = desk.lease_one().await;
        assert_eq!(job.payload, json!({"n": 1}));
        assert_eq!(desk.enqueue(&repeat).await, Enqueued::Known);
        assert_eq!(desk.queue.complete(&job).await.unwrap(), Settled::Accepted);
        assert_eq!(desk.enqueue(&repeat).await, Enqueued::Known);
        assert_eq!(desk.queue.lease(1, LEASE).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn done_jobs_are_forgotten_after_a_week_and_no_others() {
    on_postgres(|desk| async move {
        desk.due("done").await;
        let job = desk.lease_one().await;
        desk.queue.complete(&job).await.unwrap();
        desk.due_in(SignedDuration::from_hours(1_000), "waiting").await;

        desk.clock.advance(SignedDuration::from_hours(7 * 24));
        assert_eq!(desk.queue.prune(10).await.unwrap(), 0);
        desk.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(desk.queue.prune(10).await.unwrap(), 1);
        assert_eq!(desk.record("waiting").await.state, JobState::Ready);
        assert_eq!(desk.queue.list(JobState::Done, 0, 10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn an_announcement_calls_workers_only_for_what_they_would_otherwise_miss() {
    on_postgres(|desk| async move {
        let mut wakeups = desk.queue.listen();
        desk.queue.announce(desk.clock.now() + Duration::from_secs(2));
        assert_eq!(wakeups.called().now_or_never(), None);
        desk.queue.announce(desk.clock.now() + Duration::from_millis(500));
        assert_eq!(wakeups.called().now_or_never(), Some(()));
        desk.queue.announce(desk.clock.now());
        assert!(wakeups.answer());
        assert_eq!(wakeups.called().now_or_never(), None);
        assert!(!wakeups.answer());
    })
    .await;
}

#[test]
fn a_called_worker_looks_often_at_first_and_then_once_a_second() {
    let pauses: Vec<u128> = (0..10).map(|looks| longest_pause(looks).as_millis()).collect();
    assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 320, 640, 1_000, 1_000]);
    assert_eq!(longest_pause(u32::MAX), POLL_EVERY);
}
