//! The house as a benchmark has it: in this process, served on a port of its own, over a database of its own that is
//! dropped at the end. What is measured, and against what, is the benchmark's.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http_body_util::BodyExt as _;
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use infra::app::{App, Schema};
use infra::auth::SystemClock;
use infra::config::Config;
use infra::serve::{self, Limits};
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Executor as _, PgConnection};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// The house, what it is served on, and the database below it.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) database: Database,
    served: TaskTracker,
    stop: CancellationToken,
    _data: tempfile::TempDir,
}

/// A database of the benchmark's own.
pub(crate) struct Database {
    /// How to connect to it.
    pub(crate) options: PgConnectOptions,
    name: String,
    server: PgConnection,
}

impl House {
    /// Opens it on the server at `url`; `settings` are as in the environment.
    pub(crate) async fn open(url: &str, benchmark: &str, settings: &[(&str, &str)]) -> Self {
        let database = Database::create(url, benchmark).await;
        let data = tempfile::tempdir().unwrap();
        let (at, folder) = (database.options.to_url_lossy().to_string(), data.path().display().to_string());
        let own = [("DATABASE_URL", at.as_str()), ("HBNB_DATA_DIR", folder.as_str())];
        let settings = own.iter().chain(settings).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = Config::from_variables(settings).unwrap();
        let app = App::open(&config, Schema::Migrate, Arc::new(SystemClock)).await.unwrap();
        Self { app, database, served: TaskTracker::new(), stop: CancellationToken::new(), _data: data }
    }

    /// Serves a router until the house is closed; where.
    pub(crate) async fn serve(&self, router: Router) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        self.served.spawn(serve::connections(listener, router, Limits::default(), self.stop.clone()));
        address
    }

    /// Serves nobody any more, stops what runs by itself, and drops the database. Each of these is bounded.
    pub(crate) async fn close(self) {
        self.stop.cancel();
        self.served.close();
        self.served.wait().await;
        self.app.close().await;
        self.database.drop().await;
    }

    /// Registers somebody and signs them in; their access token.
    pub(crate) async fn account(&self, email: &str) -> String {
        let password = "correct horse battery";
        let person = json!({"email": email, "password": password, "first_name": "Ada", "last_name": "Bench"});
        self.post("/api/v1/auth/register", None, &person).await;
        let tokens = self.post("/api/v1/auth/login", None, &json!({"email": email, "password": password})).await;
        tokens["data"]["access_token"].as_str().unwrap().to_owned()
    }

    /// A call that is not measured: within the process, and from an address of its own, so that no limit is met.
    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Value {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        let address = SocketAddr::from((Ipv4Addr::from_bits(0x0a00_0000 + CALLS.fetch_add(1, Ordering::Relaxed)), 1));
        let mut request = Request::post(path).header(CONTENT_TYPE, "application/json").header(HOST, "localhost");
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let mut request = request.body(Body::from(body.to_string())).unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        assert!(status.is_success(), "{}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap()
    }
}

impl Database {
    async fn create(url: &str, benchmark: &str) -> Self {
        let options: PgConnectOptions = url.parse().unwrap();
        let name = format!("hbnb_bench_{benchmark}_{}", std::process::id());
        let mut server = options.connect().await.unwrap();
        server.execute(&*format!("create database {name}")).await.unwrap();
        Self { options: options.database(&name), name, server }
    }

    async fn drop(mut self) {
        self.server.execute(&*format!("drop database {} with (force)", self.name)).await.unwrap();
    }
}
