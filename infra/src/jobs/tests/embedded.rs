use std::sync::Arc;

use commands::ports::clock::Clock;
use jiff::SignedDuration;
use serde_json::json;
use tokio::sync::mpsc;

use super::desk::{ManualClock, reporting, settings, soon, start};
use crate::config::{Config, Flags};
use crate::database::{Database, migrations};
use crate::jobs::{JobQueue, JobState, NewJob};

#[tokio::test(flavor = "multi_thread")]
async fn a_timer_runs_on_the_embedded_database_and_its_one_connection() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap().to_owned();
    let config =
        Config::load_from(&Flags::default(), move |name| (name == "HBNB_DATA_DIR").then(|| data.clone())).unwrap();
    let database = Database::open(&config).await.unwrap();
    migrations::up(database.pool()).await.unwrap();
    let clock = Arc::new(ManualClock::default());
    let queue = JobQueue::new(database.pool().clone(), clock.clone());
    let (ran, mut runs) = mpsc::unbounded_channel();
    let worker = start(queue.clone(), reporting(ran, |job| job.key), settings());

    let mut transaction = database.pool().begin().await.unwrap();
    for (hours, key) in [(0, "at once"), (24, "tomorrow")] {
        let run_at = clock.now() + SignedDuration::from_hours(hours);
        queue.enqueue(&mut transaction, &NewJob::new("test", key, json!({}), run_at)).await.unwrap();
    }
    // Announced before the commit, as a reactor does: nobody can look before the connection is free.
    queue.announce(clock.now());
    transaction.commit().await.unwrap();
    assert_eq!(soon(runs.recv()).await.as_deref(), Some("at once"));
    clock.advance(SignedDuration::from_hours(24));
    queue.wake();
    assert_eq!(soon(runs.recv()).await.as_deref(), Some("tomorrow"));

    worker.stop().await;
    assert_eq!(queue.list(JobState::Done, 0, 10).await.unwrap().len(), 2);
    database.close().await;
}
