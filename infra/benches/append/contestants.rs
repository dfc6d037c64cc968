//! Who is compared, and at what.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use commands::ports::log::{Append, NewEvent, StreamId};
use cqrs_es::persist::{PersistedEventRepository as _, PersistedEventStore, SerializedEvent};
use cqrs_es::{Aggregate as _, EventStore as _};
use domain::place::Place;
use domain::{Claim, ClaimChange};
use infra::event_store::{Appender, AppenderSettings, PostgresEventStore, WriteTo};
use infra::personal_data::{MasterKey, PersonKeys};
use jiff::ToSpan as _;
use jiff::civil::Date;
use postgres_es::PostgresEventRepository;
use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Connections of a contestant.
const POOL: u32 = 64;

/// Events of a stream before its writer begins a new one.
const STREAM_LENGTH: u64 = 10;

/// Guard rows of an event.
const NIGHTS: i32 = 3;

const PAYLOAD: &str = r#"{"type":"published","at":"2026-01-02T03:04:05Z"}"#;

/// postgres-es's own statement, which its repository keeps to itself.
const STOCK_INSERT: &str = "
INSERT INTO stock_events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
VALUES ($1, $2, $3, $4, $5, $6, $7)";

const STOCK_GUARDS: &str =
    "insert into stock_claims (kind, key, holder) select 2, key, $2 from unnest($1::bytea[]) as taken (key)";

const BARE_INSERT: &str = "
insert into bare_events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
values ($1, $2, $3, $4, $5, $6::json, $7::json)";

/// What an append consists of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    guards: bool,
    load: bool,
}

/// Who appends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ours,
    Stock,
    Bare,
}

pub(crate) struct Contestant {
    kind: Kind,
    work: Work,
    pool: PgPool,
    appender: Appender,
    ours: PostgresEventStore,
    stock: PersistedEventStore<PostgresEventRepository, Place>,
    repository: PostgresEventRepository,
    plain: PlainClient,
}

/// As many connections as the pool has, without a pool's care for them.
struct PlainClient {
    options: PgConnectOptions,
    turns: Semaphore,
    idle: Mutex<Vec<PgConnection>>,
}

/// Where a writer is.
pub(crate) struct Writer {
    stream: Uuid,
    version: u64,
    place_id: Uuid,
    night: Date,
}

impl Work {
    pub(crate) const ALL: [Self; 4] = [
        Self { guards: false, load: false },
        Self { guards: true, load: false },
        Self { guards: false, load: true },
        Self { guards: true, load: true },
    ];
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Ours, Self::Stock, Self::Bare];
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = |is: bool| if is { "with" } else { "without" };
        write!(f, "{} guards, {} stream load", with(self.guards), with(self.load))
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self { stream: Uuid::new_v4(), version: 0, place_id: Uuid::new_v4(), night: Date::constant(2026, 1, 1) }
    }
}

impl Writer {
    fn advance(&mut self) {
        self.version += 1;
        self.night += NIGHTS.days();
        if self.version == STREAM_LENGTH {
            (self.stream, self.version) = (Uuid::new_v4(), 0);
        }
    }

    fn nights(&self) -> impl Iterator<Item = Date> {
        let first = self.night;
        (0..NIGHTS).map(move |n| first + n.days())
    }

    fn guard_keys(&self) -> Vec<Vec<u8>> {
        self.nights().map(|night| [self.place_id.as_bytes(), night.to_string().as_bytes()].concat()).collect()
    }
}

/// The tables of the others, of the same columns and keys as theirs usually are.
pub(crate) async fn create_tables(pool: &PgPool) {
    for table in ["stock_events", "bare_events"] {
        let create = format!(
            "create table {table} (aggregate_type text not null, aggregate_id text not null, \
             sequence bigint not null check (sequence >= 0), event_type text not null, event_version text not null, \
             payload json not null, metadata json not null, primary key (aggregate_type, aggregate_id, sequence))"
        );
        sqlx::query(&create).execute(pool).await.unwrap();
    }
    sqlx::query("create table stock_claims (like claims including all)").execute(pool).await.unwrap();
}

impl Contestant {
    pub(crate) fn new(kind: Kind, work: Work, options: &PgConnectOptions) -> Arc<Self> {
        let pool = PgPoolOptions::new().max_connections(POOL).test_before_acquire(false);
        let pool = pool.connect_lazy_with(options.clone());
        let master = Arc::new(MasterKey::new(&[7; 32]));
        let write_to = WriteTo::Own(Box::new(options.clone()));
        // A stall of the machine is to be measured, not to end the run.
        let settings = AppenderSettings { patience: Duration::from_secs(60), ..AppenderSettings::default() };
        let appender = Appender::start(write_to, Arc::clone(&master), settings);
        let ours = PostgresEventStore::new(pool.clone(), appender.clone(), PersonKeys::new(master));
        let stock = || PostgresEventRepository::new(pool.clone()).with_tables("stock_events", "stock_snapshots");
        let (repository, stock) = (stock(), PersistedEventStore::new_event_store(stock()));
        let plain = PlainClient::new(options.clone());
        Arc::new(Self { kind, work, pool, appender, ours, stock, repository, plain })
    }

    /// Closes its connections: the next contestant needs as many.
    pub(crate) async fn finish(&self) {
        self.appender.shutdown().await;
        self.plain.close().await;
        self.pool.close().await;
    }

    /// Appends one event.
    pub(crate) async fn append(&self, writer: &mut Writer) {
        match self.kind {
            Kind::Ours => self.append_ours(writer).await,
            Kind::Stock => self.append_stock(writer).await,
            Kind::Bare => self.append_bare(writer).await,
        }
        writer.advance();
    }

    async fn append_ours(&self, writer: &Writer) {
        if self.work.load {
            let stream: commands::Stream<Place> = self.ours.load_aggregate(&writer.stream.to_string()).await.unwrap();
            assert_eq!(stream.version, writer.version);
        }
        let command_id = Uuid::new_v4();
        let (place_id, holder) = (writer.place_id, writer.stream);
        let claims = writer.nights().map(|night| ClaimChange::Take { claim: Claim::Night { place_id, night }, holder });
        let append = Append {
            command_id,
            stream: StreamId { aggregate_type: Place::TYPE, aggregate_id: writer.stream },
            expected_version: writer.version,
            depends_on: Vec::new(),
            events: vec![NewEvent {
                event_type: "place.published".to_owned(),
                event_version: "1".to_owned(),
                payload: PAYLOAD.to_owned(),
                metadata: metadata(command_id),
            }],
            claims: if self.work.guards { claims.collect() } else { Vec::new() },
            idempotency: None,
        };
        self.appender.append(append).await.unwrap();
    }

    async fn append_stock(&self, writer: &Writer) {
        let id = writer.stream.to_string();
        if self.work.load {
            let context = self.stock.load_aggregate(&id).await.unwrap();
            assert_eq!(context.current_sequence as u64, writer.version);
        }
        let event = SerializedEvent {
            aggregate_id: id,
            sequence: usize::try_from(writer.version + 1).unwrap(),
            aggregate_type: Place::TYPE.to_owned(),
            event_type: "place.published".to_owned(),
            event_version: "1".to_owned(),
            payload: serde_json::from_str(PAYLOAD).unwrap(),
            metadata: serde_json::from_str(&metadata(Uuid::new_v4())).unwrap(),
        };
        if self.work.guards {
            self.persist_with_guards(&event, writer).await;
        } else {
            self.repository.persist::<Place>(&[event], None).await.unwrap();
        }
    }

    /// What `persist` does, with the guard rows in its transaction.
    async fn persist_with_guards(&self, event: &SerializedEvent, writer: &Writer) {
        let mut transaction = self.pool.begin().await.unwrap();
        sqlx::query(STOCK_INSERT)
            .bind(Place::TYPE)
            .bind(&event.aggregate_id)
            .bind(i32::try_from(event.sequence).unwrap())
            .bind(&event.event_type)
            .bind(&event.event_version)
            .bind(serde_json::to_value(&event.payload).unwrap())
            .bind(serde_json::to_value(&event.metadata).unwrap())
            .execute(&mut *transaction)
            .await
            .unwrap();
        sqlx::query(STOCK_GUARDS)
            .bind(writer.guard_keys())
            .bind(writer.stream)
            .execute(&mut *transaction)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }

    async fn append_bare(&self, writer: &Writer) {
        let insert = sqlx::query(BARE_INSERT)
            .bind(Place::TYPE)
            .bind(writer.stream.to_string())
            .bind(i64::try_from(writer.version + 1).unwrap())
            .bind("place.published")
            .bind("1")
            .bind(PAYLOAD)
            .bind(metadata(Uuid::new_v4()));
        let _turn = self.plain.turns.acquire().await.unwrap();
        let mut connection = self.plain.connection().await;
        insert.execute(&mut connection).await.unwrap();
        self.plain.idle.lock().unwrap().push(connection);
    }
}

impl PlainClient {
    fn new(options: PgConnectOptions) -> Self {
        Self { options, turns: Semaphore::new(POOL as usize), idle: Mutex::default() }
    }

    async fn connection(&self) -> PgConnection {
        let idle = self.idle.lock().unwrap().pop();
        match idle {
            Some(connection) => connection,
            None => self.options.connect().await.unwrap(),
        }
    }

    async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap());
        for connection in idle {
            connection.close().await.unwrap();
        }
    }
}

fn metadata(command_id: Uuid) -> String {
    serde_json::to_string(&Value::from_iter([("command_id", command_id.to_string())])).unwrap()
}
