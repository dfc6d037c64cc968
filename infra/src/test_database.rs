//! A database of a test's own, on the server of `DATABASE_URL`.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, resume_unwind};

use futures::FutureExt as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::config::Config;
use crate::database::{Database, migrations};

/// Says that a test does not run, and why: aloud, since the runner captures what `eprintln` prints in tests that pass.
pub(crate) fn skipped(test: &str, why: &str) {
    // That nobody reads it is no failure.
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
}

/// The server to test on; without one, it is said that the test is skipped.
pub(crate) fn server_url(test: &str) -> Option<String> {
    let url = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        skipped(test, "set DATABASE_URL to a PostgreSQL server to run it");
    }
    url
}

/// The name of the test that runs on this thread.
pub(crate) fn this_test() -> String {
    std::thread::current().name().unwrap_or("a test").to_owned()
}

/// Runs `test` on a new, empty database, which is dropped afterwards. Says so and does nothing where `DATABASE_URL`
/// is not set.
pub(crate) async fn with_empty_database<F: Future<Output = ()>>(name: &str, test: impl FnOnce(Database) -> F) {
    let Some(url) = server_url(name) else { return };
    let server: PgConnectOptions = url.parse().unwrap();
    let database_name = format!("hbnb_infra_{name}_{}", std::process::id());
    let mut admin = server.connect().await.unwrap();
    sqlx::raw_sql(&format!("create database {database_name}")).execute(&mut admin).await.unwrap();
    let url = server.database(&database_name).to_url_lossy().to_string();
    let config = Config::from_variables([("DATABASE_URL".to_owned(), url)]).unwrap();
    let database = Database::open(&config).await.unwrap();

    let outcome = AssertUnwindSafe(test(database)).catch_unwind().await;

    sqlx::raw_sql(&format!("drop database {database_name} with (force)")).execute(&mut admin).await.unwrap();
    admin.close().await.unwrap();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// The same with the schema in place.
pub(crate) async fn with_database<F: Future<Output = ()>>(name: &str, test: impl FnOnce(Database) -> F) {
    with_empty_database(name, async |database| {
        migrations::up(database.pool()).await.unwrap();
        test(database).await;
    })
    .await;
}
