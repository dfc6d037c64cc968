//! Databases, appenders and commands for tests.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::time::Duration;

use commands::ports::log::{Append, AppendError, Appended, NewEvent, StreamId};
use domain::{Claim, ClaimChange};
use futures::FutureExt as _;
use jiff::civil::Date;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection, PgPool};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::event_store::{Appender, AppenderSettings, PostgresEventStore, WriteTo};
use crate::personal_data::{MasterKey, PersonKeys};
use crate::test_database::{server_url, this_test};

/// A fresh database with the schema.
pub(crate) struct Database {
    pub(crate) options: PgConnectOptions,
    pub(crate) pool: PgPool,
    pub(crate) master: Arc<MasterKey>,
    /// Whether there is only the one connection of the pool.
    is_embedded: bool,
}

/// Runs `test` on a new database of the server at `DATABASE_URL` and drops it afterwards, come what may.
pub(crate) fn on_postgres(test: impl AsyncFnOnce(&Database)) {
    let Some(url) = server_url(&this_test()) else { return };
    run(async {
        let server: PgConnectOptions = url.parse().unwrap();
        let server = server.disable_statement_logging();
        let name = format!("hbnb_log_{}", Uuid::new_v4().simple());
        let mut admin = server.connect().await.unwrap();
        admin.execute(&*format!("create database {name}")).await.unwrap();
        let options = server.database(&name);
        let pool = PgPoolOptions::new().max_connections(8).connect_lazy_with(options.clone());
        let outcome = on(Database { options, pool, master: master(), is_embedded: false }, test).await;
        admin.execute(&*format!("drop database {name} with (force)")).await.unwrap();
        outcome
    });
}

#[cfg(feature = "embedded")]
fn on_embedded(test: impl AsyncFnOnce(&Database)) {
    let server =
        pglite_oxide::PgliteServer::builder().temporary().extensions(crate::database::EXTENSIONS).start().unwrap();
    run(async {
        let options: PgConnectOptions = server.database_url().parse().unwrap();
        let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with(options.clone());
        on(Database { options, pool, master: master(), is_embedded: true }, test).await
    });
    server.shutdown().unwrap();
}

/// Runs `test` on both kinds of database, as far as they are there: it takes its connections one after the other.
pub(crate) fn on_each(test: impl AsyncFn(&Database)) {
    #[cfg(feature = "embedded")]
    on_embedded(&test);
    if std::env::var_os("DATABASE_URL").is_some() {
        on_postgres(test);
    }
}

fn run(test: impl Future<Output = std::thread::Result<()>>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test).unwrap_or_else(|panic| resume_unwind(panic));
}

async fn on(database: Database, test: impl AsyncFnOnce(&Database)) -> std::thread::Result<()> {
    sqlx::migrate!("../migrations").run(&database.pool).await.unwrap();
    let outcome = AssertUnwindSafe(test(&database)).catch_unwind().await;
    database.pool.close().await;
    outcome
}

fn master() -> Arc<MasterKey> {
    Arc::new(MasterKey::new(&[7; 32]))
}

impl Database {
    pub(crate) fn appender(&self) -> Appender {
        self.appender_with(AppenderSettings::default())
    }

    pub(crate) fn appender_with(&self, settings: AppenderSettings) -> Appender {
        let write_to = if self.is_embedded {
            WriteTo::Shared(self.pool.clone())
        } else {
            WriteTo::Own(Box::new(self.options.clone()))
        };
        Appender::start(write_to, Arc::clone(&self.master), settings)
    }

    pub(crate) fn keys(&self) -> PersonKeys {
        PersonKeys::new(Arc::clone(&self.master))
    }

    pub(crate) fn store(&self) -> PostgresEventStore {
        PostgresEventStore::new(self.pool.clone(), self.appender(), self.keys())
    }

    /// A connection outside of the pool.
    pub(crate) async fn connect(&self) -> PgConnection {
        PgConnection::connect_with(&self.options).await.unwrap()
    }

    pub(crate) async fn count(&self, table: &str) -> i64 {
        sqlx::query_scalar(&format!("select count(*) from {table}")).fetch_one(&self.pool).await.unwrap()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        self.pool.execute(sql).await.unwrap();
    }

    /// Every event's position, in order: asserts that there is no gap.
    pub(crate) async fn assert_gapless(&self) -> u64 {
        let positions: Vec<i64> =
            sqlx::query_scalar("select position from events order by position").fetch_all(&self.pool).await.unwrap();
        let expected: Vec<i64> = (1..=i64::try_from(positions.len()).unwrap()).collect();
        assert_eq!(positions, expected, "positions are 1, 2, 3, ...");
        positions.len() as u64
    }

    /// Keeps the appender's lock until the connection is dropped, so that commands pile up for one batch.
    pub(crate) async fn hold_lock(&self) -> PgConnection {
        let mut holder = self.connect().await;
        holder.execute("begin; select pg_advisory_xact_lock(4852110)").await.unwrap();
        holder
    }

    /// Waits until somebody waits for the appender's lock.
    pub(crate) async fn until_somebody_waits_for_the_lock(&self) {
        until("somebody waits for the lock", async || {
            let waiting: bool = sqlx::query_scalar(
                "select exists (select from pg_locks where locktype = 'advisory' and not granted \
                 and database = (select oid from pg_database where datname = current_database()))",
            )
            .fetch_one(&self.pool)
            .await
            .unwrap();
            waiting
        })
        .await;
    }

    /// Appends all of `appends` in one batch, in their order: the first waits for the lock, while the others are
    /// queued behind it... and are then taken together.
    pub(crate) async fn in_one_batch(&self, appender: &Appender, appends: Vec<Append>) -> Vec<Outcome> {
        let holder = self.hold_lock().await;
        let opener = spawn(appender, event(Uuid::new_v4(), 0));
        self.until_somebody_waits_for_the_lock().await;
        let queued = appender.counters().queued;
        let mut waiting = Vec::new();
        for (n, append) in (queued + 1..).zip(appends) {
            waiting.push(spawn(appender, append));
            until("the command is queued", async || appender.counters().queued == n).await;
        }
        drop(holder);
        opener.await.unwrap().unwrap();
        let mut outcomes = Vec::new();
        for outcome in waiting {
            outcomes.push(outcome.await.unwrap());
        }
        outcomes
    }
}

pub(crate) type Outcome = Result<Appended, AppendError>;

/// Appends in the background.
pub(crate) fn spawn(appender: &Appender, append: Append) -> tokio::task::JoinHandle<Outcome> {
    let appender = appender.clone();
    tokio::spawn(async move { appender.append(append).await })
}

/// Polls `condition` until it holds.
pub(crate) async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition().await {
        assert!(Instant::now() < deadline, "waited too long until {what}");
        sleep(Duration::from_millis(2)).await;
    }
}

pub(crate) fn place(id: Uuid) -> StreamId {
    StreamId { aggregate_type: "place", aggregate_id: id }
}

/// A command that appends one event to the place's stream `id` at `version`.
pub(crate) fn event(id: Uuid, version: u64) -> Append {
    events(id, version, 1)
}

/// A command that appends several events.
pub(crate) fn events(id: Uuid, version: u64, count: usize) -> Append {
    let command_id = Uuid::new_v4();
    let event = NewEvent {
        event_type: "place.published".to_owned(),
        event_version: "1".to_owned(),
        payload: r#"{"type":"published","at":"2026-01-02T03:04:05Z"}"#.to_owned(),
        metadata: format!(r#"{{"command_id":"{command_id}"}}"#),
    };
    Append {
        command_id,
        stream: place(id),
        expected_version: version,
        depends_on: Vec::new(),
        events: vec![event; count],
        claims: Vec::new(),
        idempotency: None,
    }
}

/// A command of its own stream that takes nights `from..to` (days after the first of 2026) of a place for the stream.
pub(crate) fn booking(place_id: Uuid, from: i32, to: i32) -> Append {
    let holder = Uuid::new_v4();
    let take = |night| ClaimChange::Take { claim: Claim::Night { place_id, night }, holder };
    Append { claims: nights(from, to).map(take).collect(), ..event(holder, 0) }
}

/// The command that gives back what `booking` took.
pub(crate) fn cancellation(booking: &Append) -> Append {
    let release = |change: &ClaimChange| match change.clone() {
        ClaimChange::Take { claim, holder } | ClaimChange::Release { claim, holder } => {
            ClaimChange::Release { claim, holder }
        }
    };
    Append { claims: booking.claims.iter().map(release).collect(), ..event(booking.stream.aggregate_id, 1) }
}

pub(crate) fn nights(from: i32, to: i32) -> impl Iterator<Item = Date> {
    let first = Date::constant(2026, 1, 1);
    (from..to).map(move |day| first + jiff::Span::new().days(day))
}

/// Numbers that look random and are the same in each run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0 to below `below`.
    pub(crate) fn roll(&mut self, below: u64) -> u64 {
        // Knuth's multiplier; the low bits are the weak ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}
