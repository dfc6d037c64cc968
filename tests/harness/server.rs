use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use commands::ports::clock::Clock;
use commands::user::grant_role;
use commands::{Actor, Context};
use domain::text::Note;
use domain::user::Role;
use infra::app::{App, Schema};
use infra::config::Config;
use infra::serve::{self, Limits};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::client::{Client, Person};
use crate::clock::ManualClock;
use crate::database::TestDatabase;
use crate::logs;
use crate::meilisearch::{self, Indexes};

/// The house in this process, on a free port, with a database of its own.
pub struct Server {
    /// What the house is made of, for tests that look inside.
    pub app: App,
    /// The time in the house.
    pub clock: Arc<ManualClock>,
    /// Its database; `None` where it is the embedded one.
    pub database: Option<TestDatabase>,
    address: SocketAddr,
    /// Ends the serving.
    stop: CancellationToken,
    data: Arc<TempDir>,
    /// Dropped after the database: nothing feeds them any more.
    _indexes: Option<Indexes>,
}

/// Where every server of this process runs: a test's own runtime ends with the test.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime can be made"));

static SHARED: LazyLock<Server> = LazyLock::new(|| {
    std::thread::spawn(|| RUNTIME.block_on(Server::open(&[], Limits::default()))).join().expect("the server starts")
});

static SHARED_WITH_MEILISEARCH: LazyLock<Option<Server>> = LazyLock::new(|| {
    let url = meilisearch::url()?;
    let opening = move || RUNTIME.block_on(Server::open(&[("MEILI_URL", &url)], Limits::default()));
    Some(std::thread::spawn(opening).join().expect("the server starts"))
});

/// The same with searches answered by the Meilisearch of `MEILI_URL`; `None` where that is not set.
pub fn shared_with_meilisearch() -> Option<&'static Server> {
    SHARED_WITH_MEILISEARCH.as_ref()
}

/// One server for all the tests that only need one: they make people and places of their own.
pub fn shared() -> &'static Server {
    &SHARED
}

impl Server {
    /// A server of the test's own. `settings` are as in the environment.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_within(settings, Limits::default()).await
    }

    /// The same, with other limits to what its clients may take.
    pub async fn start_within(settings: &[(&str, &str)], limits: Limits) -> Self {
        let settings: Vec<(String, String)> =
            settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let opening = move || {
            let settings: Vec<_> = settings.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            RUNTIME.block_on(Self::open(&settings, limits))
        };
        tokio::task::spawn_blocking(opening).await.expect("the server starts")
    }

    /// A second house on the database and the data folder of this one, as another process has it; `None` on the
    /// embedded database, which one process has to itself. This one must outlive it.
    pub async fn beside(&self, settings: &[(&str, &str)]) -> Option<Self> {
        let data = Arc::clone(&self.data);
        let shared = [("DATABASE_URL".to_owned(), self.database.as_ref()?.url())];
        let own = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let settings: Vec<_> = shared.into_iter().chain(own).collect();
        let opening = move || {
            let settings: Vec<_> = settings.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            RUNTIME.block_on(Self::furnish(None, data, &settings, Limits::default()))
        };
        Some(tokio::task::spawn_blocking(opening).await.expect("the server starts"))
    }

    /// Somebody new who is an administrator, signed in.
    pub async fn admin(&self) -> Person {
        self.somebody_with(Role::Admin).await
    }

    /// Somebody new whom the operator of the machine has granted a role, signed in.
    pub async fn somebody_with(&self, role: Role) -> Person {
        let person = self.client().somebody("Olga").await;
        let context =
            Context { actor: Actor::System, request_id: "test".to_owned(), if_match: None, idempotency: None };
        let reason = Note::parse("Needed for a test.").expect("a reason");
        grant_role(&self.app.commands, &context, person.id, role, reason).await.expect("a role can be granted");
        // It holds at once in a new session.
        self.client().sign_in(person.id, &person.email).await
    }

    async fn open(settings: &[(&str, &str)], limits: Limits) -> Self {
        logs::begin();
        let data = Arc::new(tempfile::tempdir().expect("a folder can be made"));
        Self::furnish(TestDatabase::create().await, data, settings, limits).await
    }

    async fn furnish(
        database: Option<TestDatabase>,
        data: Arc<TempDir>,
        settings: &[(&str, &str)],
        limits: Limits,
    ) -> Self {
        let mut values = vec![
            ("HBNB_DATA_DIR".to_owned(), data.path().display().to_string()),
            ("HBNB_RATE_LIMITS".to_owned(), "off".to_owned()),
        ];
        values.extend(database.as_ref().map(|database| ("DATABASE_URL".to_owned(), database.url())));
        values.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let is_fed = settings.iter().any(|(name, _)| *name == "MEILI_URL");
        let indexes = database.as_ref().filter(|_| is_fed).and_then(Indexes::of);
        let config = Config::from_variables(values).expect("the settings are valid");
        let clock = Arc::new(ManualClock::default());
        let app = App::open(&config, Schema::Migrate, Arc::clone(&clock) as Arc<dyn Clock>).await;
        let app = app.expect("the house opens");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        // As the program does it.
        let stop = CancellationToken::new();
        tokio::spawn(serve::connections(listener, app.router.clone(), limits, stop.clone()));
        Self { app, clock, database, address, stop, data, _indexes: indexes }
    }

    /// A client that is not signed in.
    pub fn client(&self) -> Client {
        Client::new(format!("http://{}", self.address))
    }

    /// Stops a view as an event does that it cannot apply.
    pub async fn stop_view(&self, name: &str) {
        let stop = "update projection_checkpoints set state = 'failed' where name = $1";
        let stopped = sqlx::query(stop).bind(name).execute(self.app.pool()).await;
        assert_eq!(stopped.expect("the database answers").rows_affected(), 1, "there is no view {name}");
    }

    /// Where it listens, for tests that speak HTTP in their own way.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The data folder.
    pub fn data(&self) -> &std::path::Path {
        self.data.path()
    }
}

/// It goes with its test, before its database does: else it would ask for that again and again, as long as there are
/// tests.
impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
        self.app.stop();
    }
}

/// Between two questions: a test that asks must not keep the server from answering.
const PACE: Duration = Duration::from_millis(20);

/// Asks again until there is an answer, at most ten seconds.
pub async fn eventually<T, F, Fut>(ask: F) -> T
where
    F: Fn() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let asking = async {
        let mut pace = tokio::time::interval(PACE);
        loop {
            pace.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), asking).await.expect("it happens within ten seconds")
}
