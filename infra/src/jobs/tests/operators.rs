use jiff::SignedDuration;

use super::desk::{LEASE, on_postgres};
use crate::jobs::{JobCounts, JobState};
use commands::ports::clock::Clock;

#[tokio::test]
async fn a_dead_job_is_seen_and_may_be_retried_with_all_its_attempts() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let job = desk.lease_one().await;
        desk.queue.bury(&job, "the provider refused").await.unwrap();
        desk.clock.advance(SignedDuration::from_hours(24 * 365));
        desk.queue.prune(10).await.unwrap();

        let dead = desk.queue.list(JobState::Dead, 0, 10).await.unwrap();
        assert_eq!(
            dead.iter().map(|record| record.last_error.as_deref()).collect::<Vec<_>>(),
            [Some("the provider refused")]
        );
        assert!(desk.queue.retry(job.id).await.unwrap());
        assert!(!desk.queue.retry(job.id).await.unwrap());
        assert_eq!(desk.lease_one().await.attempt, 1);
    })
    .await;
}

#[tokio::test]
async fn only_a_dead_job_may_be_discarded() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let job = desk.lease_one().await;
        assert!(!desk.queue.discard(job.id).await.unwrap());
        desk.queue.bury(&job, "no use").await.unwrap();
        assert!(desk.queue.discard(job.id).await.unwrap());
        assert_eq!(desk.queue.list(JobState::Dead, 0, 10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_list_continues_after_the_last_job_of_the_one_before() {
    on_postgres(|desk| async move {
        for key in ["a", "b", "c"] {
            desk.due(key).await;
        }
        let first = desk.queue.list(JobState::Ready, 0, 2).await.unwrap();
        let rest = desk.queue.list(JobState::Ready, first[1].id, 2).await.unwrap();
        let keys: Vec<_> = first.iter().chain(&rest).map(|record| record.key.as_str()).collect();
        assert_eq!(keys, ["a", "b", "c"]);
    })
    .await;
}

#[tokio::test]
async fn the_counts_tell_what_waits_and_since_when() {
    on_postgres(|desk| async move {
        assert_eq!(desk.queue.counts().await.unwrap(), JobCounts::default());
        for key in ["leased", "dead", "done"] {
            desk.due(key).await;
        }
        let [_leased, dead, done] = <[_; 3]>::try_from(desk.queue.lease(3, LEASE).await.unwrap()).unwrap();
        desk.queue.bury(&dead, "").await.unwrap();
        desk.queue.complete(&done).await.unwrap();
        let enqueued_at = desk.clock.now();
        desk.due("due").await;
        desk.due_in(SignedDuration::from_secs(20), "waiting").await;
        desk.clock.advance(SignedDuration::from_secs(10));

        let counts = JobCounts { ready: 2, due: 1, leased: 1, dead: 1, oldest_due: Some(enqueued_at) };
        assert_eq!(desk.queue.counts().await.unwrap(), counts);
    })
    .await;
}
