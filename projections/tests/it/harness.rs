//! A database per test, a log in memory, and views between them.

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::{Event, RecordedEvent};
use projections::{Feed, FeedError, FeedFault, FeedItem, Views, Waited};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Executor, PgConnection, PgPool};
use uuid::Uuid;

use crate::events::at;

/// Longer than anything here takes, on a busy machine too.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A fresh database with the views of an empty log.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) pool: PgPool,
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) views: Views,
    options: PgConnectOptions,
}

impl House {
    /// Records events and has every view contain them.
    pub(crate) async fn given(&self, events: impl IntoIterator<Item = (Uuid, Event)>) {
        for (id, event) in events {
            self.log.append(id, event);
        }
        self.catch_up().await;
    }

    pub(crate) async fn catch_up(&self) {
        assert_eq!(self.wait().await, Waited::Reached);
    }

    pub(crate) async fn wait(&self) -> Waited {
        self.views.wait_for(self.log.head(), Instant::now() + PATIENCE).await
    }

    /// The same database as another process sees it.
    pub(crate) async fn another_pool(&self, connections: u32) -> PgPool {
        PgPoolOptions::new().max_connections(connections).connect_with(self.options.clone()).await.unwrap()
    }

    /// Every row of a table, as text, in an order of its own.
    pub(crate) async fn dump(&self, table: &str) -> Vec<String> {
        let sql = format!("select row_to_json(t)::text from {table} t order by 1");
        sqlx::query_scalar(&sql).fetch_all(&self.pool).await.unwrap()
    }

    /// Every row of every view.
    pub(crate) async fn dump_views(&self) -> Vec<(&'static str, Vec<String>)> {
        let mut dump = vec![];
        for table in Views::projections().iter().flat_map(|projection| projection.tables()) {
            dump.push((*table, self.dump(table).await));
        }
        dump
    }
}

/// Runs a test in a database of its own, which is dropped whatever becomes of the test.
pub(crate) async fn in_a_house<T: Future<Output = ()> + Send + 'static>(test: impl FnOnce(House) -> T) {
    in_a_house_with(8, test).await;
}

/// The same, with so many connections.
pub(crate) async fn in_a_house_with<T: Future<Output = ()> + Send + 'static>(
    connections: u32,
    test: impl FnOnce(House) -> T,
) {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let Some(url) = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()) else {
        let current = std::thread::current();
        let test = current.name().unwrap_or("a test");
        // To the stream itself: the runner captures what the macros print. That nobody reads it is no failure.
        let _ = writeln!(std::io::stderr(), "SKIPPED {test}: set DATABASE_URL to a PostgreSQL server to run it");
        return;
    };
    let server: PgConnectOptions = url.parse().unwrap();
    let name = format!("hbnb_views_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    let mut admin = server.connect().await.unwrap();
    admin.execute(format!("create database {name}").as_str()).await.unwrap();
    let options = server.database(&name);
    let house = house(options, connections).await;
    let pool = house.pool.clone();
    let outcome = tokio::spawn(test(house)).await;
    drop(pool);
    admin.execute(format!("drop database {name} with (force)").as_str()).await.unwrap();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic.into_panic());
    }
}

async fn house(options: PgConnectOptions, connections: u32) -> House {
    let pool = PgPoolOptions::new().max_connections(connections).connect_with(options.clone()).await.unwrap();
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    Migrator::new(migrations).await.unwrap().run(&pool).await.unwrap();
    let log = Arc::new(MemoryLog::default());
    let views = Views::new(pool.clone(), log.clone());
    views.projectors().prepare().await.unwrap();
    House { pool, log, views, options }
}

/// A log that lives as long as its test.
#[derive(Default)]
pub(crate) struct MemoryLog {
    events: Mutex<Vec<RecordedEvent>>,
    /// A position whose event cannot be read; 0 for none.
    pub(crate) unreadable: AtomicU64,
    /// Whether it cannot be read at all.
    pub(crate) is_broken: AtomicBool,
    /// At most so many positions a read; 0 for as many as asked for.
    pub(crate) batch: AtomicU32,
    pub(crate) reads: AtomicU32,
}

impl MemoryLog {
    pub(crate) fn append(&self, aggregate_id: Uuid, event: Event) -> u64 {
        let mut events = self.events.lock().unwrap();
        let position = events.len() as u64 + 1;
        let sequence = events.iter().filter(|other| other.aggregate_id == aggregate_id).count() as u64 + 1;
        let recorded_at = at(position as i64);
        let metadata = Default::default();
        events.push(RecordedEvent { position, recorded_at, aggregate_id, sequence, metadata, event });
        position
    }

    pub(crate) fn head(&self) -> u64 {
        self.events.lock().unwrap().len() as u64
    }

    pub(crate) fn clear(&self) {
        self.events.lock().unwrap().clear();
    }

    fn item(&self, recorded: &RecordedEvent) -> FeedItem {
        let position = recorded.position;
        let events = if self.unreadable.load(Ordering::Relaxed) == position {
            Err(FeedFault("its key is damaged".into()))
        } else {
            Ok(vec![recorded.clone()])
        };
        FeedItem { position, events }
    }
}

#[async_trait]
impl Feed for MemoryLog {
    async fn read_after(&self, _: &mut PgConnection, position: u64, limit: u32) -> Result<Vec<FeedItem>, FeedError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(FeedError("position 7 is missing".into()));
        }
        let limit = match self.batch.load(Ordering::Relaxed) {
            0 => limit,
            fewer => limit.min(fewer),
        };
        let events = self.events.lock().unwrap();
        let after = events.iter().skip(position as usize).take(limit as usize);
        Ok(after.map(|recorded| self.item(recorded)).collect())
    }

    async fn head(&self, _: &mut PgConnection) -> Result<u64, FeedError> {
        Ok(Self::head(self))
    }
}
