//! The house, wired: what `hbnb serve` serves and every other subcommand calls.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use api::{ApiState, router};
use axum::Router;
use commands::mail::Links;
use commands::ports::clock::Clock;
use commands::{Commands, Ports};
use projections::search::{Feeder, Search};
use projections::{Projectors, ReadError, Views};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::admin::{self, AdminError};
use crate::appender_metrics::AppenderMetrics;
use crate::auth::{
    Argon2Hasher, JwtTokens, OpenSessions, PasswordError, PgAccountTokens, PgAccounts, PgSessions, TzfZones,
};
use crate::config::Config;
use crate::database::migrations::{self, SchemaError};
use crate::database::{Database, DatabaseError};
use crate::directory::PgDirectory;
use crate::event_store::{
    Appender, AppenderSettings, PostgresEventStore, PostgresHistory, PostgresRequests, WriteTo, relay,
};
use crate::feed::LogFeed;
use crate::housekeeping::Housekeeping;
use crate::jobs::{JobHandler, JobQueue, JobReactor, Lane, TaskHandler, Worker, WorkerSettings};
use crate::keys::{Keys, KeysError};
use crate::mail::{self, PgMailQuota, SmtpUrlError};
use crate::operator;
use crate::personal_data::{MasterKey, MasterKeyError, PersonKeys};
use crate::search::{Meilisearch, SetupError};
use crate::viewed_places::{Keeper, PgViewedPlaces};

/// How long a command waits for views that are behind before it begins, and for its own writes when it ends.
const SETTLE: Duration = Duration::from_secs(5);

/// How many jobs run at once: of the house, and of those that call out and mostly wait for others.
const HOUSE_JOBS: usize = 8;
const OUTSIDE_JOBS: usize = 4;

/// How long everything together may take to end, from the moment when the house is told to stop: less than what service
/// managers usually wait before they kill.
const CLOSE: Duration = Duration::from_secs(25);
/// What of that is left for closing the database, whatever work is still under way.
const CLOSE_DATABASE: Duration = Duration::from_secs(3);

/// Why the house does not open. Each message says what an operator can do; none shows a secret.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The keys are not there or not good.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// There is no database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Its schema is not this program's.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The master key is not the one that the database was made with.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// Passwords cannot be hashed.
    #[error(transparent)]
    Passwords(#[from] PasswordError),
    /// Mail cannot be sent; the configuration has been checked, so this is not met.
    #[error("HBNB_SMTP_URL {0}")]
    Mail(#[from] SmtpUrlError),
    /// Meilisearch cannot be asked; the configuration has been checked, so this is not met.
    #[error(transparent)]
    Search(#[from] SetupError),
    /// The projections cannot begin.
    #[error(transparent)]
    Projections(#[from] ReadError),
    /// The configured administrator cannot be made.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// The database failed meanwhile.
    #[error("the database failed while the house was opening")]
    Query(#[from] sqlx::Error),
}

/// What to do about a database whose schema is not this program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Refuse to start and say what to run. The embedded database is migrated all the same.
    Verify,
    /// Migrate it.
    Migrate,
}

/// Everything that runs in one process.
pub struct App {
    /// The API for clients on the network.
    pub router: Router,
    /// The same API for whoever operates this machine.
    pub operator_router: Router,
    /// The use cases.
    pub commands: Commands,
    /// The read side.
    pub views: Views,
    /// How places are found.
    pub search: Search,
    /// The job queue.
    pub jobs: JobQueue,
    feeder: Option<Feeder>,
    reactors: Projectors,
    housekeeping: Housekeeping,
    database: Database,
    appender: Appender,
    workers: TaskTracker,
    stop: CancellationToken,
    /// By when the house is closed, once it has been told to stop.
    end: OnceLock<Instant>,
}

impl App {
    /// Opens the database, loads the keys, wires the adapters and starts the workers.
    ///
    /// # Errors
    /// Whatever keeps the house from opening, said so that an operator can mend it.
    pub async fn open(config: &Config, schema: Schema, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        let (furnished, database) = Self::open_quiet(config, schema, clock).await?;
        if let Err(error) = admin::ensure(&furnished.commands, config.admin.as_ref()).await {
            furnished.appender.shutdown().await;
            database.close().await;
            return Err(error.into());
        }
        let (app, keeper) = furnished.into_app(database);
        app.start_workers(keeper);
        Ok(app)
    }

    /// The house for one command beside the servers there may be: it appends and answers, but runs no jobs, no
    /// reactors and no housekeeping, and makes no administrator. Its views are driven by whoever waits for them.
    ///
    /// # Errors
    /// Whatever keeps the house from opening, said so that an operator can mend it.
    pub async fn open_for_command(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        let (furnished, database) = Self::open_quiet(config, Schema::Verify, clock).await?;
        let (app, _keeper) = furnished.into_app(database);
        app.settle().await;
        Ok(app)
    }

    /// Everything but what runs by itself.
    async fn open_quiet(
        config: &Config,
        schema: Schema,
        clock: Arc<dyn Clock>,
    ) -> Result<(Furnished, Database), AppError> {
        let keys = Keys::load(config)?;
        let database = Database::open(config).await?;
        match Self::furnish(config, schema, clock, &keys, &database).await {
            Ok(furnished) => Ok((furnished, database)),
            Err(error) => {
                database.close().await;
                Err(error)
            }
        }
    }

    /// Brings the views up to the log's end, as far as that goes within a bound: a view that cannot go on is no reason
    /// for a command to fail.
    pub(crate) async fn settle(&self) {
        if let Ok(head) = self.views.head().await {
            self.views.wait_for(head, Instant::now() + SETTLE).await;
        }
    }

    async fn furnish(
        config: &Config,
        schema: Schema,
        clock: Arc<dyn Clock>,
        keys: &Keys,
        database: &Database,
    ) -> Result<Furnished, AppError> {
        let pool = database.pool();
        prepare_schema(database, schema).await?;
        let master = Arc::new(MasterKey::new(&keys.master));
        master.verify_or_init(&mut *pool.acquire().await?).await?;

        let person_keys = PersonKeys::new(Arc::clone(&master));
        let appender = Appender::start(write_to(database), Arc::clone(&master), AppenderSettings::default());
        let feed = Arc::new(LogFeed::new(person_keys.clone()));
        let views = Views::new(pool.clone(), feed.clone());
        let (views, search, feeder) = with_index(config, views, &clock)?;
        let store = Arc::new(PostgresEventStore::new(pool.clone(), appender.clone(), person_keys.clone()));
        let sessions = OpenSessions::new(pool.clone(), store.clone());
        let tokens = JwtTokens::new(&keys.jwt, sessions.clone());
        let jobs = JobQueue::new(pool.clone(), Arc::clone(&clock));
        let (viewed_places, keeper) = PgViewedPlaces::new(pool.clone());
        let commands = Commands::new(Ports {
            users: store.clone(),
            places: store.clone(),
            bookings: store.clone(),
            reviews: store.clone(),
            amenities: store,
            log: Arc::new(appender.clone()),
            requests: Arc::new(PostgresRequests::new(pool.clone(), Arc::clone(&master))),
            history: Arc::new(PostgresHistory::new(pool.clone())),
            jobs: Arc::new(jobs.clone()),
            accounts: Arc::new(PgAccounts::new(pool.clone(), person_keys.clone(), Arc::clone(&master))),
            account_tokens: Arc::new(PgAccountTokens::new(pool.clone())),
            sessions: Arc::new(PgSessions::new(pool.clone(), sessions)),
            passwords: Arc::new(Argon2Hasher::new(config.rate_limits)?),
            tokens: Arc::new(tokens),
            queue: Arc::new(jobs.clone()),
            mail_quota: Arc::new(PgMailQuota::new(pool.clone())),
            mailer: mail::mailer(config)?,
            links: Links::new(config.public_url_on(config.addr)),
            directory: Arc::new(PgDirectory::new(pool.clone(), master, views.clone())),
            viewed_places: Arc::new(viewed_places),
            zones: Arc::new(TzfZones::default()),
            clock: Arc::clone(&clock),
        });

        let reactors = Projectors::new(pool.clone(), feed, JobReactor::all(&jobs));
        // Before the first command: a reactor begins behind the events that the log has now.
        reactors.prepare().await?;
        views.projectors().prepare().await?;

        let state = ApiState::new(commands.clone(), views.clone(), api_settings(config));
        let state = state.searching_by(search.clone()).with_metrics(Arc::new(AppenderMetrics(appender.clone())));
        let router = router(state);
        let housekeeping = Housekeeping::new(pool.clone(), person_keys, commands.clone(), jobs.clone());
        Ok(Furnished { router, commands, views, search, feeder, jobs, reactors, appender, housekeeping, keeper })
    }

    /// The database, for tests that compare its tables with each other.
    pub fn pool(&self) -> &PgPool {
        self.database.pool()
    }

    /// Lets what runs by itself come to its end, while the router may still be served. From now on, closing the house is
    /// bounded.
    pub fn stop(&self) {
        self.end.get_or_init(|| Instant::now() + CLOSE);
        self.stop.cancel();
    }

    /// Takes no more commands, finishes what is under way, and closes the database. The router must not be served any
    /// more.
    pub async fn close(self) {
        self.stop();
        let end = *self.end.get_or_init(|| Instant::now() + CLOSE);
        let work = async {
            // Running jobs may still append.
            self.workers.wait().await;
            self.appender.shutdown().await;
        };
        if tokio::time::timeout_at((end - CLOSE_DATABASE).into(), work).await.is_err() {
            tracing::warn!("work is still under way and is left to its leases and retries");
        }
        self.database.close_by(end).await;
    }

    /// Starts what a server does by itself.
    fn start_workers(&self, keeper: Keeper) {
        let (stop, workers, wakeups) = (&self.stop, &self.workers, self.appender.wakeups());
        let projectors = self.views.projectors().clone();
        workers.spawn(projectors.run(stop.clone().cancelled_owned(), wakeups.subscribe()));
        workers.spawn(self.reactors.clone().run(stop.clone().cancelled_owned(), wakeups.subscribe()));
        let handler: Arc<dyn JobHandler> = Arc::new(TaskHandler::new(self.commands.clone()));
        for (lane, concurrency) in [(Lane::House, HOUSE_JOBS), (Lane::Outside, OUTSIDE_JOBS)] {
            let settings = WorkerSettings { concurrency, ..WorkerSettings::default() };
            let worker = Worker::new(self.jobs.in_lane(lane), Arc::clone(&handler), settings);
            workers.spawn(worker.run(stop.clone()));
        }
        workers.spawn(self.housekeeping.clone().run(stop.clone()));
        workers.spawn(keeper.run(stop.clone()));
        if let Some(feeder) = &self.feeder {
            workers.spawn(feeder.clone().run(stop.clone().cancelled_owned(), wakeups.subscribe()));
        }
        if !self.database.is_embedded() {
            workers.spawn(relay(connect_options(self.database.pool()), wakeups.clone(), stop.clone()));
        }
    }
}

/// The house before its workers run.
struct Furnished {
    router: Router,
    commands: Commands,
    views: Views,
    search: Search,
    feeder: Option<Feeder>,
    jobs: JobQueue,
    reactors: Projectors,
    appender: Appender,
    housekeeping: Housekeeping,
    keeper: Keeper,
}

impl Furnished {
    fn into_app(self, database: Database) -> (App, Keeper) {
        let Self { router, commands, views, search, feeder, jobs, reactors, appender, housekeeping, keeper } = self;
        let (stop, workers) = (CancellationToken::new(), TaskTracker::new());
        // Waiting for them ends as soon as none runs; they may be started all the same.
        workers.close();
        let operator_router = operator::router(router.clone(), database.pool().clone());
        let app = App {
            router,
            operator_router,
            commands,
            views,
            search,
            jobs,
            feeder,
            reactors,
            housekeeping,
            database,
            appender,
            workers,
            stop,
            end: OnceLock::new(),
        };
        (app, keeper)
    }
}

/// The search, with Meilisearch where there is one, and what feeds that.
fn with_index(
    config: &Config,
    views: Views,
    clock: &Arc<dyn Clock>,
) -> Result<(Views, Search, Option<Feeder>), SetupError> {
    let search = Search::new(views.clone());
    let Some(url) = &config.meili_url else { return Ok((views, search, None)) };
    let index = Arc::new(Meilisearch::new(url, config.meili_key.as_ref(), Arc::clone(clock))?);
    let feeder = Feeder::new(&views, index.clone());
    Ok((views.with_feeder(feeder.clone()), search.with_index(index), Some(feeder)))
}

async fn prepare_schema(database: &Database, schema: Schema) -> Result<(), AppError> {
    if database.is_embedded() || schema == Schema::Migrate {
        migrations::up(database.pool()).await?;
    } else {
        migrations::verify(database.pool()).await?;
    }
    Ok(())
}

/// A server gives the appender a connection of its own; the embedded database has one for everybody.
fn write_to(database: &Database) -> WriteTo {
    if database.is_embedded() {
        WriteTo::Shared(database.pool().clone())
    } else {
        WriteTo::Own(Box::new(connect_options(database.pool())))
    }
}

fn connect_options(pool: &PgPool) -> sqlx::postgres::PgConnectOptions {
    pool.connect_options().as_ref().clone()
}

fn api_settings(config: &Config) -> api::Settings {
    api::Settings {
        cors_origins: config.web_origins(),
        trusted_proxies: config.trusted_proxies.clone(),
        rate_limits: config.rate_limits,
        ..api::Settings::default()
    }
}

#[cfg(test)]
mod tests {
    use sqlx::ConnectOptions as _;

    use super::*;
    use crate::auth::SystemClock;
    use crate::test_database::with_database;

    #[tokio::test]
    async fn the_house_of_a_command_runs_nothing_by_itself_and_makes_no_administrator() {
        with_database("quiet_house", async |database| {
            let folder = tempfile::tempdir().unwrap();
            let url = database.pool().connect_options().to_url_lossy().to_string();
            let config = Config::from_variables([
                ("DATABASE_URL".to_owned(), url),
                ("HBNB_DATA_DIR".to_owned(), folder.path().to_str().unwrap().to_owned()),
                ("HBNB_ADMIN_EMAIL".to_owned(), "root@example.org".to_owned()),
                ("HBNB_ADMIN_PASSWORD".to_owned(), "correct horse battery".to_owned()),
            ]);

            let app = App::open_for_command(&config.unwrap(), Arc::new(SystemClock)).await.unwrap();

            assert!(app.workers.is_empty());
            assert_eq!(app.views.head().await.unwrap(), 0);
            app.close().await;
        })
        .await;
    }

    #[tokio::test]
    async fn closing_ends_in_time_whatever_does_not_end() {
        with_database("closing", async |database| {
            let folder = tempfile::tempdir().unwrap();
            let url = database.pool().connect_options().to_url_lossy().to_string();
            let config = Config::from_variables([
                ("DATABASE_URL".to_owned(), url),
                ("HBNB_DATA_DIR".to_owned(), folder.path().to_str().unwrap().to_owned()),
            ]);
            let app = App::open(&config.unwrap(), Schema::Verify, Arc::new(SystemClock)).await.unwrap();
            let _busy = app.pool().acquire().await.unwrap();
            app.workers.spawn(std::future::pending::<()>());
            let (begun, budget) = (Instant::now(), CLOSE_DATABASE + Duration::from_secs(1));
            app.end.set(begun + budget).unwrap();

            app.close().await;

            assert!(begun.elapsed() < budget + Duration::from_secs(2), "{:?}", begun.elapsed());
        })
        .await;
    }
}
