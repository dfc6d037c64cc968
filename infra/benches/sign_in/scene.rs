//! The house, its places and accounts, and the requests that are made of it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use axum::body::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use infra::app::{App, Schema};
use infra::auth::SystemClock;
use infra::config::Config;
use infra::serve;
use serde_json::{Value, json};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Executor as _, PgConnection};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

const PLACES: usize = 64;
const ACCOUNTS: usize = 8;
/// What proxies write into requests, which the house believes here: that is how one machine has many addresses.
const FORWARDED: &str = "x-forwarded-for";

pub(crate) struct Scene {
    app: App,
    house: SocketAddr,
    places: Vec<String>,
    reads: AtomicUsize,
    attempts: AtomicU32,
    attack: Mutex<BTreeMap<u16, u64>>,
    stop: CancellationToken,
    admin: PgConnection,
    database: String,
    _data: tempfile::TempDir,
}

impl Scene {
    pub(crate) async fn set(url: &str) -> Self {
        let server: PgConnectOptions = url.parse().unwrap();
        let database = format!("hbnb_bench_sign_in_{}", std::process::id());
        let mut admin = server.connect().await.unwrap();
        admin.execute(&*format!("create database {database}")).await.unwrap();
        let data = tempfile::tempdir().unwrap();
        let config = Config::from_variables([
            ("DATABASE_URL".to_owned(), server.database(&database).to_url_lossy().to_string()),
            ("HBNB_DATA_DIR".to_owned(), data.path().display().to_string()),
            ("HBNB_TRUSTED_PROXIES".to_owned(), "127.0.0.0/8".to_owned()),
        ]);
        let app = App::open(&config.unwrap(), Schema::Migrate, std::sync::Arc::new(SystemClock)).await.unwrap();
        let stop = CancellationToken::new();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let house = listener.local_addr().unwrap();
        tokio::spawn(serve::connections(listener, app.router.clone(), serve::Limits::default(), stop.clone()));
        let places = furnish(&app).await;
        let (reads, attempts, attack) = (AtomicUsize::new(0), AtomicU32::new(0), Mutex::default());
        Self { app, house, places, reads, attempts, attack, stop, admin, database, _data: data }
    }

    pub(crate) async fn strike(mut self) {
        self.stop.cancel();
        self.app.close().await;
        self.admin.execute(&*format!("drop database {} with (force)", self.database)).await.unwrap();
    }

    pub(crate) fn house(&self) -> SocketAddr {
        self.house
    }

    /// A look at the next place.
    pub(crate) fn read(&self) -> Request<Full<Bytes>> {
        let place = &self.places[self.reads.fetch_add(1, Ordering::Relaxed) % self.places.len()];
        let request = Request::get(format!("/api/v1/places/{place}")).header(HOST, "localhost");
        request.body(Full::default()).unwrap()
    }

    /// An attempt from a new address, of an account that is there and of one that is not in turns.
    pub(crate) fn sign_in(&self) -> Request<Full<Bytes>> {
        let number = self.attempts.fetch_add(1, Ordering::Relaxed);
        let email = if number.is_multiple_of(2) {
            account(number as usize / 2 % ACCOUNTS)
        } else {
            format!("nobody{number}@example.org")
        };
        let body = json!({"email": email, "password": format!("guess number {number}")});
        let request = Request::post("/api/v1/auth/login").header(HOST, "localhost");
        let request = request.header(CONTENT_TYPE, "application/json");
        let request = request.header(FORWARDED, Ipv4Addr::from_bits(0x0b00_0000 + number).to_string());
        request.body(Full::from(body.to_string())).unwrap()
    }

    /// 0 stands for no answer in time.
    pub(crate) fn note_attack(&self, status: u16) {
        *self.attack.lock().unwrap().entry(status).or_default() += 1;
    }

    pub(crate) fn attack_statuses(&self) -> BTreeMap<u16, u64> {
        self.attack.lock().unwrap().clone()
    }
}

/// One request over a connection of its own.
pub(crate) async fn exchange(to: SocketAddr, request: Request<Full<Bytes>>) -> StatusCode {
    let stream = TcpStream::connect(to).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await.unwrap();
    let status = response.status();
    response.into_body().collect().await.unwrap();
    connection.abort();
    status
}

fn account(number: usize) -> String {
    format!("account{number}@example.org")
}

/// Accounts, and the places of the first of them; their ids.
async fn furnish(app: &App) -> Vec<String> {
    const PASSWORD: &str = "correct horse battery";
    for number in 0..ACCOUNTS {
        let (email, first_name) = (account(number), "Ada");
        let person = json!({"email": email, "password": PASSWORD, "first_name": first_name, "last_name": "Bench"});
        call(app, "/api/v1/auth/register", None, &person).await;
    }
    let tokens = call(app, "/api/v1/auth/login", None, &json!({"email": account(0), "password": PASSWORD})).await;
    let token = tokens["data"]["access_token"].as_str().unwrap();
    let mut places = Vec::new();
    for number in 0..PLACES {
        let place = json!({"title": format!("Place {number}"), "price": "100.00", "city": "Paris", "capacity": 4,
            "description": "A quiet place with a view. ".repeat(20), "latitude": 48.87, "longitude": 2.36});
        let made = call(app, "/api/v1/places", Some(token), &place).await;
        places.push(made["data"]["id"].as_str().unwrap().to_owned());
    }
    places
}

/// A call within the process: each from an address of its own.
async fn call(app: &App, path: &str, token: Option<&str>, body: &Value) -> Value {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let address = SocketAddr::from((Ipv4Addr::from_bits(0x0a00_0000 + CALLS.fetch_add(1, Ordering::Relaxed)), 1));
    let mut request = Request::post(path).header(CONTENT_TYPE, "application/json").header(HOST, "localhost");
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let mut request = request.body(axum::body::Body::from(body.to_string())).unwrap();
    request.extensions_mut().insert(axum::extract::ConnectInfo(address));
    let response = app.router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    assert!(status.is_success(), "{}", String::from_utf8_lossy(&bytes));
    serde_json::from_slice(&bytes).unwrap()
}
