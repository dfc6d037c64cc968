use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};

/// The server to make databases on; `None` where the embedded database is meant.
pub(crate) fn url() -> Option<String> {
    std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty())
}

/// A database of one test's own, dropped with it.
#[derive(Debug)]
pub struct TestDatabase {
    admin: PgConnectOptions,
    name: String,
}

impl TestDatabase {
    /// An empty database on the server of `DATABASE_URL`; `None` where that is not set.
    pub async fn create() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let admin: PgConnectOptions = url()?.parse().expect("DATABASE_URL is a PostgreSQL URL");
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("hbnb_test_{}_{number}", std::process::id());
        let mut connection = admin.connect().await.expect("DATABASE_URL answers");
        for statement in [format!("drop database if exists {name} with (force)"), format!("create database {name}")] {
            sqlx::raw_sql(&statement).execute(&mut connection).await.expect("a database can be made");
        }
        connection.close().await.expect("the connection closes");
        Some(Self { admin, name })
    }

    /// Where the program finds it.
    pub fn url(&self) -> String {
        self.admin.clone().database(&self.name).to_url_lossy().to_string()
    }

    /// Takes the database away from whoever has it open.
    pub async fn lose(&self) {
        let mut admin = self.admin.connect().await.expect("DATABASE_URL answers");
        let statement = format!("drop database {} with (force)", self.name);
        sqlx::raw_sql(&statement).execute(&mut admin).await.expect("the database can be dropped");
    }

    /// Its name on the server.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A connection of the test's own.
    pub async fn connect(&self) -> PgConnection {
        self.admin.clone().database(&self.name).connect().await.expect("the database answers")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        // A thread of its own: a test's runtime may be gone or busy while it is dropped.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = admin.connect().await?;
                let statement = format!("drop database if exists {name} with (force)");
                sqlx::raw_sql(&statement).execute(&mut connection).await?;
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
            })
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            eprintln!("the test database {} could not be dropped", self.name);
        }
    }
}
