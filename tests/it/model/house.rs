//! The house under test: the program's own wiring, workers and all, under a clock that the test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use commands::Commands;
use commands::ports::clock::Clock;
use harness::TestDatabase;
use infra::app::{App, Schema};
use infra::config::Config;
use jiff::Timestamp;
use projections::Views;
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout};

use super::clock::Clocks;

/// How long the workers may take to do everything that is due.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at what is left to do.
const LOOK_EVERY: Duration = Duration::from_millis(20);

pub(super) struct House {
    app: App,
    clock: Arc<Clocks>,
    /// Registrations at a time: the program refuses more than it can hash in time.
    registrations: Semaphore,
    worlds: AtomicU32,
    _database: Option<TestDatabase>,
    _data: TempDir,
}

impl House {
    /// Opens a house on a new database: on the server of `DATABASE_URL`, or embedded.
    pub(super) async fn open(now: Timestamp) -> Self {
        let (data, database) = (tempfile::tempdir().expect("a folder can be made"), TestDatabase::create().await);
        let mut settings = vec![("HBNB_DATA_DIR".to_owned(), data.path().display().to_string())];
        settings.extend(database.as_ref().map(|database| ("DATABASE_URL".to_owned(), database.url())));
        let config = Config::from_variables(settings).expect("the settings are valid");
        let clock = Arc::new(Clocks::starting_at(now));
        let app = App::open(&config, Schema::Migrate, Arc::clone(&clock) as Arc<dyn Clock>).await;
        Self {
            app: app.expect("the house opens"),
            clock,
            registrations: Semaphore::new(2),
            worlds: AtomicU32::new(0),
            _database: database,
            _data: data,
        }
    }

    pub(super) async fn close(self) {
        self.app.close().await;
    }

    pub(super) fn commands(&self) -> &Commands {
        &self.app.commands
    }

    pub(super) fn views(&self) -> &Views {
        &self.app.views
    }

    pub(super) fn pool(&self) -> &PgPool {
        self.app.pool()
    }

    /// A name for a world of its own among those that share the database.
    pub(super) fn tag(&self) -> String {
        format!("world{}", self.worlds.fetch_add(1, Ordering::Relaxed))
    }

    /// A turn to register somebody.
    pub(super) async fn registration(&self) -> SemaphorePermit<'_> {
        self.registrations.acquire().await.expect("nobody closes it")
    }

    /// Sets the common time, and returns when the workers have done all that is due by then.
    pub(super) async fn let_timers_run(&self, now: Timestamp) {
        self.set_clock(now);
        self.settle().await;
    }

    /// Sets the common time.
    pub(super) fn set_clock(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Returns when the workers have done all that is due.
    pub(super) async fn settle(&self) {
        let settled = async {
            while !self.is_settled().await {
                sleep(LOOK_EVERY).await;
            }
        };
        timeout(PATIENCE, settled).await.expect("the workers get through with what is due");
    }

    /// Every reader has read the whole log, no job is due or under way, and that was so for the same length of the log.
    async fn is_settled(&self) -> bool {
        let readers = self.views().status().await.expect("checkpoints can be read");
        if readers.iter().any(|reader| reader.lag > 0) {
            return false;
        }
        let jobs = self.app.jobs.counts().await.expect("jobs can be counted");
        let head = self.views().head().await.expect("the log's head can be read");
        let read_until = readers.iter().map(|reader| reader.position).min();
        assert_eq!(jobs.dead, 0, "no job is ever given up");
        jobs.due == 0 && jobs.leased == 0 && read_until == Some(head)
    }
}
