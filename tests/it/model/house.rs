//! The house under test: the program's own wiring, workers and all, under a clock that the test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use commands::Commands;
use commands::ports::clock::Clock;
use harness::TestDatabase;
use infra::app::{App, Schema};
use infra::config::Config;
use jiff::Timestamp;
use projections::Views;
use projections::engine::ProjectionState;
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::sleep;

use super::clock::Clocks;
use super::player::Mismatch;

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
    pub(super) async fn let_timers_run(&self, now: Timestamp) -> Result<(), Mismatch> {
        self.set_clock(now);
        self.settle().await
    }

    /// Sets the common time.
    pub(super) fn set_clock(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Returns when the workers have done all that is due; what keeps them from it where they do not come to an end.
    pub(super) async fn settle(&self) -> Result<(), Mismatch> {
        let end = Instant::now() + PATIENCE;
        loop {
            let Unsettled { left, hopeless } = match self.left_to_do().await {
                None => return Ok(()),
                Some(unsettled) => unsettled,
            };
            if hopeless || Instant::now() > end {
                let about = "what the workers have left to do".to_owned();
                return Err(Mismatch { about, model: "nothing".to_owned(), program: left });
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// `None` once every reader has read the whole log while no job is due or under way.
    async fn left_to_do(&self) -> Option<Unsettled> {
        let readers = self.views().status().await.expect("checkpoints can be read");
        let behind: Vec<_> = readers.iter().filter(|reader| reader.lag > 0).collect();
        if !behind.is_empty() {
            let hopeless = behind.iter().any(|reader| reader.state == ProjectionState::Failed);
            return Some(Unsettled { left: format!("{behind:?}"), hopeless });
        }
        let jobs = self.app.jobs.counts().await.expect("jobs can be counted");
        let head = self.views().head().await.expect("the log's head can be read");
        let has_read = readers.iter().all(|reader| reader.position == head);
        let settled = has_read && jobs.due == 0 && jobs.leased == 0 && jobs.dead == 0;
        (!settled).then(|| Unsettled { left: format!("{jobs:?}"), hopeless: jobs.dead > 0 })
    }
}

/// What the workers have still to do, and whether waiting cannot help.
struct Unsettled {
    left: String,
    hopeless: bool,
}
