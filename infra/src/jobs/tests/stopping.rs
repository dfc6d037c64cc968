use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};

use super::desk::{Desk, handler, on_postgres, settings, soon, start};
use crate::jobs::{JobState, WorkerSettings};

#[tokio::test]
async fn a_stopping_worker_finishes_what_runs_and_starts_nothing_more() {
    on_postgres(|desk| async move {
        let (started, mut starts) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(0));
        let open = gate.clone();
        let worker = desk.start(handler(move |job| {
            let (started, gate) = (started.clone(), gate.clone());
            async move {
                started.send(job.key).unwrap();
                gate.acquire().await.unwrap().forget();
                Ok(())
            }
        }));
        desk.due("running").await;
        desk.queue.wake();
        assert_eq!(soon(starts.recv()).await.as_deref(), Some("running"));

        worker.shutdown.cancel();
        desk.due("later").await;
        desk.queue.wake();
        open.add_permits(2);
        worker.stop().await;
        assert_eq!(desk.record("running").await.state, JobState::Done);
        let later = desk.record("later").await;
        assert_eq!((later.state, later.attempts), (JobState::Ready, 0));
    })
    .await;
}

#[tokio::test]
async fn what_does_not_end_in_the_drain_time_is_handed_back() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let (started, mut starts) = mpsc::unbounded_channel();
        let worker = start(
            desk.queue.clone(),
            handler(move |_job| {
                started.send(()).unwrap();
                std::future::pending()
            }),
            WorkerSettings { drain: Duration::ZERO, ..settings() },
        );
        soon(starts.recv()).await.unwrap();
        worker.stop().await;
        let record = desk.record("a").await;
        assert_eq!((record.state, record.attempts), (JobState::Ready, 0));
    })
    .await;
}

#[tokio::test]
async fn leases_that_arrive_after_the_stop_are_given_back_unstarted() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let mut blocker = desk.pool.begin().await.unwrap();
        sqlx::query("lock table jobs in share mode").execute(&mut *blocker).await.unwrap();
        let worker = desk.start(handler(|_job| async { panic!("started after the stop") }));
        soon(somebody_waits_for_the_table(&desk)).await;

        worker.shutdown.cancel();
        blocker.rollback().await.unwrap();
        worker.stop().await;
        let record = desk.record("a").await;
        assert_eq!((record.state, record.attempts, record.last_error), (JobState::Ready, 0, None));
    })
    .await;
}

async fn somebody_waits_for_the_table(desk: &Desk) {
    let waiting = "select exists (select from pg_locks where relation = 'jobs'::regclass and not granted)";
    while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&desk.pool).await.unwrap() {
        tokio::task::yield_now().await;
    }
}
