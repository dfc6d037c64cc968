use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use tokio::sync::mpsc;

use super::desk::{Desk, handler, on_postgres, settings, soon, start};
use crate::jobs::{JobFailure, JobHandler, JobRecord, JobState, NewJob, WorkerSettings};
use commands::ports::clock::Clock;

/// Lets a worker run the due job once, and returns what became of it.
async fn run_once(desk: &Desk, settings: WorkerSettings, inner: Arc<dyn JobHandler>) -> JobRecord {
    let (called, mut calls) = mpsc::unbounded_channel();
    let worker = start(
        desk.queue.clone(),
        handler(move |job| {
            let (called, inner) = (called.clone(), inner.clone());
            async move {
                called.send(()).unwrap();
                inner.run(&job).await
            }
        }),
        settings,
    );
    soon(calls.recv()).await.unwrap();
    worker.stop().await;
    desk.record("a").await
}

fn failing(make: fn() -> JobFailure) -> Arc<dyn JobHandler> {
    handler(move |_job| async move { Err(make()) })
}

fn refused() -> JobFailure {
    let cause = std::io::Error::other("connection \0refused");
    JobFailure::Retry(Box::new(sqlx::Error::Io(cause)))
}

#[tokio::test]
async fn a_failing_job_waits_longer_each_time_and_is_dead_after_its_last_attempt() {
    on_postgres(|desk| async move {
        desk.enqueue(&NewJob { max_attempts: 4, ..NewJob::new("test", "a", json!({}), desk.clock.now()) }).await;
        for (attempt, longest) in [(1, 10), (2, 20), (3, 40)] {
            let record = run_once(&desk, settings(), failing(refused)).await;
            assert_eq!((record.state, record.attempts), (JobState::Ready, attempt));
            let delay = record.run_at.duration_since(desk.clock.now());
            let longest = SignedDuration::from_secs(longest);
            assert!(delay >= longest / 2 && delay <= longest, "{delay:?} after attempt {attempt}");
            desk.clock.advance(delay);
        }
        let record = run_once(&desk, settings(), failing(refused)).await;
        assert_eq!((record.state, record.attempts), (JobState::Dead, 4));
        assert_eq!(record.finished_at, Some(desk.clock.now()));
        let error = record.last_error.unwrap();
        assert!(error.contains("connection refused"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_job_that_succeeds_at_last_is_done() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let record = run_once(&desk, settings(), failing(refused)).await;
        desk.clock.advance(record.run_at.duration_since(desk.clock.now()));
        let record = run_once(&desk, settings(), handler(|_job| async { Ok(()) })).await;
        assert_eq!((record.state, record.attempts, record.last_error), (JobState::Done, 2, None));
    })
    .await;
}

#[tokio::test]
async fn a_final_failure_is_not_tried_again() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let record = run_once(&desk, settings(), failing(|| JobFailure::Final("no such task".into()))).await;
        assert_eq!((record.state, record.attempts), (JobState::Dead, 1));
        assert_eq!(record.last_error.as_deref(), Some("no such task"));
    })
    .await;
}

#[tokio::test]
async fn a_panic_is_a_failure_and_the_worker_survives_it() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let record = run_once(&desk, settings(), handler(|_job| async { panic!("out of range") })).await;
        assert_eq!(record.state, JobState::Ready);
        assert_eq!(record.last_error.as_deref(), Some("the handler panicked: out of range"));
    })
    .await;
}

#[tokio::test]
async fn a_handler_that_does_not_end_is_given_up_and_tried_again() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let hasty = WorkerSettings { deadline: Duration::from_millis(200), ..settings() };
        let record = run_once(&desk, hasty, handler(|_job| std::future::pending())).await;
        assert_eq!((record.state, record.attempts), (JobState::Ready, 1));
        assert_eq!(record.last_error.as_deref(), Some("the handler did not end in time"));
    })
    .await;
}
