//! A database of a test's own, on the server of `DATABASE_URL`.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures::FutureExt as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::config::Config;
use crate::database::{Database, migrations};

/// Runs `test` on a new, empty database, which is dropped afterwards. Says so and does nothing where `DATABASE_URL`
/// is not set.
pub(crate) async fn with_empty_database<F: Future<Output = ()>>(name: &str, test: impl FnOnce(Database) -> F) {
    let Some(url) = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()) else {
        eprintln!("SKIPPED {name}: set DATABASE_URL to a PostgreSQL server to run it");
        return;
    };
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
