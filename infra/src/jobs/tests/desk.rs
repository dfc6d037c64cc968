//! What every test starts from.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use commands::ports::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgPool};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::jobs::{
    Backoff, Enqueued, Job, JobFailure, JobHandler, JobQueue, JobRecord, JobState, NewJob, Worker, WorkerSettings,
};
use crate::test_database::{server_url, this_test};

/// No step of a test takes longer, unless it hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A database with a queue in it, and its clock.
#[derive(Clone)]
pub(super) struct Desk {
    options: PgConnectOptions,
    pub(super) pool: PgPool,
    pub(super) clock: Arc<ManualClock>,
    pub(super) queue: JobQueue,
}

/// Runs a test with a pool of four connections to a database of its own.
pub(super) async fn on_postgres<F, Fut>(test: F)
where
    F: FnOnce(Desk) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    on_connections(4, test).await;
}

/// Runs a test with a pool of this size to a database of its own, which is dropped however the test ends.
pub(super) async fn on_connections<F, Fut>(connections: u32, test: F)
where
    F: FnOnce(Desk) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let Some(url) = server_url(&this_test()) else { return };
    let server: PgConnectOptions = url.parse().expect("DATABASE_URL is a PostgreSQL URL");
    let name = format!("hbnb_jobs_{}", uuid::Uuid::now_v7().simple());
    administer(&server, &format!("create database {name}")).await;
    let options = server.clone().database(&name);
    let ended = tokio::spawn(test(Desk::new(options, connections).await)).await;
    administer(&server, &format!("drop database {name} with (force)")).await;
    if let Err(error) = ended {
        std::panic::resume_unwind(error.into_panic());
    }
}

async fn administer(server: &PgConnectOptions, statement: &str) {
    let mut connection = server.connect().await.expect("DATABASE_URL answers");
    sqlx::raw_sql(statement).execute(&mut connection).await.expect(statement);
    connection.close().await.expect("the connection closes");
}

impl Desk {
    async fn new(options: PgConnectOptions, connections: u32) -> Self {
        let pool = pool(&options, connections).await;
        sqlx::migrate!("../migrations").run(&pool).await.expect("the migrations run");
        let clock = Arc::new(ManualClock::default());
        let queue = JobQueue::new(pool.clone(), clock.clone());
        Self { options, pool, clock, queue }
    }

    /// The queue as another process sees it: connections and wake-ups of its own.
    pub(super) async fn other_process(&self) -> JobQueue {
        JobQueue::new(pool(&self.options, 4).await, self.clock.clone())
    }

    pub(super) async fn enqueue(&self, job: &NewJob) -> Enqueued {
        let mut connection = self.pool.acquire().await.unwrap();
        self.queue.enqueue(&mut connection, job).await.unwrap()
    }

    /// A job that is due, `after` from now, under this key.
    pub(super) async fn due_in(&self, after: SignedDuration, key: &str) {
        assert_eq!(self.enqueue(&NewJob::new("test", key, json!({}), self.clock.now() + after)).await, Enqueued::Added);
    }

    /// A job that is due now.
    pub(super) async fn due(&self, key: &str) {
        self.due_in(SignedDuration::ZERO, key).await;
    }

    /// The one job that is due.
    pub(super) async fn lease_one(&self) -> Job {
        let [job] = <[Job; 1]>::try_from(self.queue.lease(10, LEASE).await.unwrap()).expect("one job is due");
        job
    }

    /// Where the job of this key stands.
    pub(super) async fn record(&self, key: &str) -> JobRecord {
        for state in [JobState::Ready, JobState::Leased, JobState::Done, JobState::Dead] {
            let records = self.queue.list(state, 0, 1_000).await.unwrap();
            if let Some(record) = records.into_iter().find(|record| record.key == key) {
                return record;
            }
        }
        panic!("there is no job {key}");
    }

    /// Starts a worker of this process.
    pub(super) fn start(&self, handler: Arc<dyn JobHandler>) -> Running {
        start(self.queue.clone(), handler, settings())
    }
}

async fn pool(options: &PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new().max_connections(connections).connect_with(options.clone()).await.expect("the database answers")
}

/// Of leases that a test takes itself.
pub(super) const LEASE: Duration = Duration::from_secs(60);

/// Of workers: a worker's lease then ends a minute after it began.
pub(super) fn settings() -> WorkerSettings {
    WorkerSettings {
        concurrency: 4,
        deadline: Duration::from_secs(45),
        backoff: Backoff { first: Duration::from_secs(10), longest: Duration::from_secs(100) },
        drain: PATIENCE,
    }
}

/// A worker at work.
pub(super) struct Running {
    pub(super) shutdown: CancellationToken,
    pub(super) task: JoinHandle<()>,
}

pub(super) fn start(queue: JobQueue, handler: Arc<dyn JobHandler>, settings: WorkerSettings) -> Running {
    let shutdown = CancellationToken::new();
    let task = tokio::spawn(Worker::new(queue, handler, settings).run(shutdown.clone()));
    Running { shutdown, task }
}

impl Running {
    /// Stops the worker gracefully: afterwards, every job that it ran is settled.
    pub(super) async fn stop(self) {
        self.shutdown.cancel();
        soon(self.task).await.expect("the worker ends well");
    }

    /// The worker vanishes, its handlers with it, as in a crash.
    pub(super) async fn crash(self) {
        self.task.abort();
        assert!(soon(self.task).await.expect_err("it was aborted").is_cancelled());
    }
}

/// What happens soon, or the test fails.
pub(super) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("this takes too long")
}

/// A handler made of a closure.
pub(super) fn handler<F, Fut>(run: F) -> Arc<dyn JobHandler>
where
    F: Fn(Job) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), JobFailure>> + Send + 'static,
{
    struct Closure<F>(F);

    #[async_trait]
    impl<F, Fut> JobHandler for Closure<F>
    where
        F: Fn(Job) -> Fut + Send + Sync,
        Fut: Future<Output = Result<(), JobFailure>> + Send,
    {
        async fn run(&self, job: &Job) -> Result<(), JobFailure> {
            (self.0)(job.clone()).await
        }
    }

    Arc::new(Closure(run))
}

/// A handler that succeeds and tells what it was given.
pub(super) fn reporting<T: Send + 'static>(
    to: mpsc::UnboundedSender<T>,
    what: impl Fn(Job) -> T + Send + Sync + 'static,
) -> Arc<dyn JobHandler> {
    handler(move |job| {
        to.send(what(job)).expect("the test listens");
        async { Ok(()) }
    })
}

/// A clock that stands still until a test turns it.
pub(super) struct ManualClock(Mutex<Timestamp>);

impl Default for ManualClock {
    fn default() -> Self {
        Self(Mutex::new("2026-11-22T12:00:00Z".parse().unwrap()))
    }
}

impl ManualClock {
    pub(super) fn advance(&self, by: SignedDuration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}
