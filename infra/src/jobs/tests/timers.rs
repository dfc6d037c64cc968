use jiff::SignedDuration;
use tokio::sync::mpsc;

use super::desk::{LEASE, on_postgres, reporting, soon};
use commands::ports::clock::Clock;

#[tokio::test]
async fn a_job_is_due_exactly_at_its_time() {
    on_postgres(|desk| async move {
        desk.due_in(SignedDuration::from_secs(60), "a").await;
        assert_eq!(desk.queue.next_due().await.unwrap(), Some(desk.clock.now() + SignedDuration::from_secs(60)));
        desk.clock.advance(SignedDuration::from_secs(60) - SignedDuration::from_nanos(1));
        assert_eq!(desk.queue.lease(1, LEASE).await.unwrap(), []);
        desk.clock.advance(SignedDuration::from_nanos(1));
        assert_eq!(desk.lease_one().await.key, "a");
    })
    .await;
}

#[tokio::test]
async fn a_time_between_two_microseconds_is_never_early() {
    on_postgres(|desk| async move {
        desk.due_in(SignedDuration::from_nanos(1), "a").await;
        assert_eq!(desk.queue.lease(1, LEASE).await.unwrap(), []);
        desk.clock.advance(SignedDuration::from_micros(1));
        assert_eq!(desk.lease_one().await.key, "a");
    })
    .await;
}

#[tokio::test]
async fn a_worker_runs_a_timer_when_its_time_has_come_and_not_before() {
    on_postgres(|desk| async move {
        let (ran, mut runs) = mpsc::unbounded_channel();
        let worker = desk.start(reporting(ran, |job| job.key));
        desk.due_in(SignedDuration::from_secs(60), "timer").await;

        // The worker has looked for due jobs when it has found another one, and had room for both.
        desk.clock.advance(SignedDuration::from_secs(59));
        desk.due("before").await;
        desk.queue.wake();
        assert_eq!(soon(runs.recv()).await.as_deref(), Some("before"));

        desk.clock.advance(SignedDuration::from_secs(1));
        desk.queue.wake();
        assert_eq!(soon(runs.recv()).await.as_deref(), Some("timer"));
        worker.stop().await;
    })
    .await;
}
