//! The database server crashes, and takes the views' last commits with it: they do not wait for the disk. Nobody who
//! asks for a position is shown views that lack it.

use std::net::Ipv4Addr;
use std::sync::Arc;

use harness::{Client, ManualClock, Person, eventually, send_signal};
use infra::app::App;
use infra::config::Config;
use infra::database::{Database, migrations};
use infra::serve::{self, Limits};
use reqwest::Method;
use serde_json::json;
use sqlx::PgConnection;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::cluster::{Cluster, Ending};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_names_its_position_sees_it_after_a_crash() {
    let Some(cluster) = Cluster::start("a_read_that_names_its_position_sees_it_after_a_crash") else { return };
    let data = tempfile::tempdir().expect("a folder can be made");
    let mut connection = cluster.connect().await;
    keep_commits_in_memory(&mut connection).await;
    let client = quiet_server(&cluster, data.path()).await;

    let lou = client.somebody("Lou").await;
    renamed_is_seen_after(&lou, "Lou-Anne", async || cluster.restart(Ending::Immediate)).await;
    let mut connection = cluster.connect().await;
    let crash = async || {
        let process: i32 =
            sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut connection).await.expect("it answers");
        send_signal(process.unsigned_abs(), "KILL").await;
        // Its end is what the server takes for a crash.
        assert!(sqlx::query("select pg_sleep(60)").execute(&mut connection).await.is_err());
    };
    renamed_is_seen_after(&lou, "Louise", crash).await;
}

/// What is not waited for is written ten seconds later, and so lost in a crash that comes before.
async fn keep_commits_in_memory(connection: &mut PgConnection) {
    for statement in ["alter system set wal_writer_delay = '10s'", "select pg_reload_conf()"] {
        sqlx::raw_sql(statement).execute(&mut *connection).await.expect("the server takes it");
    }
}

/// A server without workers: nothing but the requests themselves brings the views forward.
async fn quiet_server(cluster: &Cluster, data: &std::path::Path) -> Client {
    let config = Config::from_variables([
        ("DATABASE_URL".to_owned(), cluster.superuser_url()),
        ("HBNB_DATA_DIR".to_owned(), data.display().to_string()),
        ("HBNB_RATE_LIMITS".to_owned(), "off".to_owned()),
    ])
    .expect("the settings are valid");
    let database = Database::open(&config).await.expect("the database opens");
    migrations::up(database.pool()).await.expect("the schema can be made");
    database.close().await;
    let app = App::open_for_command(&config, Arc::new(ManualClock::default())).await.expect("the house opens");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        serve::connections(listener, app.router.clone(), Limits::default(), CancellationToken::new()).await;
    });
    Client::new(format!("http://{address}"))
}

async fn renamed_is_seen_after(person: &Person, name: &str, crash: impl AsyncFnOnce()) {
    let client = &person.client;
    let renamed = client.patch("/users/me", json!({"first_name": name})).await.expect(200);
    assert_eq!(renamed.data()["first_name"], name, "it is seen before the crash");
    let position = renamed.header("x-event-position").expect("a position").to_owned();
    crash().await;
    let ask = || client.request(Method::GET, "/users/me").header("X-Min-Position", position.clone());
    // While the server recovers, nothing is answered.
    let seen = eventually(async || Some(client.send(ask()).await).filter(|answer| answer.status != 503)).await;
    assert_eq!(seen.expect(200).data()["first_name"], name, "and after it");
}
