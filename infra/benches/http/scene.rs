//! The house and the bare handlers, each on a port of its own, over one database.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use http_body_util::{BodyExt as _, Full};
use infra::app::{App, Schema};
use infra::auth::SystemClock;
use infra::config::{Config, Flags};
use infra::serve;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Executor as _, PgConnection, PgPool};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::client::Request;

const PLACES: usize = 256;
/// Two nights each, over the two years that a calendar reaches.
const STAYS_PER_PLACE: usize = 360;

pub(crate) struct Scene {
    app: App,
    house: SocketAddr,
    bare: SocketAddr,
    token: String,
    places: Vec<Uuid>,
    /// How many stays have been asked for: each names nights of its own.
    stays: AtomicUsize,
    stop: CancellationToken,
    admin: PgConnection,
    database: String,
    _data: tempfile::TempDir,
}

impl Scene {
    pub(crate) async fn set(url: &str) -> Self {
        let server: PgConnectOptions = url.parse().unwrap();
        let database = format!("hbnb_bench_http_{}", std::process::id());
        let mut admin = server.connect().await.unwrap();
        admin.execute(&*format!("create database {database}")).await.unwrap();
        let options = server.database(&database);
        let data = tempfile::tempdir().unwrap();
        let app = open(&options, data.path()).await;

        let host = account(&app, "host").await;
        let token = account(&app, "guest").await;
        let mut places = Vec::new();
        for number in 0..PLACES {
            let place = json!({"title": format!("Place {number}"), "price": "100.00", "instant_book": true,
                "description": "A quiet place with a view. ".repeat(20), "city": "Paris", "capacity": 4,
                "latitude": 48.87, "longitude": 2.36, "amenities": ["wifi", "kitchen", "heating"]});
            let answer = call(&app.router, "/api/v1/places", Some(&host), &place, StatusCode::CREATED).await;
            places.push(answer["data"]["id"].as_str().unwrap().parse().unwrap());
        }

        let stop = CancellationToken::new();
        let house = listen(app.router.clone(), &stop).await;
        let bytes = bytes_of(&app.router, places[0]).await;
        let bare = listen(bare_router(&options, bytes).await, &stop).await;
        Self { app, house, bare, token, places, stays: AtomicUsize::new(0), stop, admin, database, _data: data }
    }

    pub(crate) async fn strike(mut self) {
        self.stop.cancel();
        self.app.close().await;
        self.admin.execute(&*format!("drop database {} with (force)", self.database)).await.unwrap();
    }

    pub(crate) fn booking(&self) -> Request {
        let stay = self.stays.fetch_add(1, Ordering::Relaxed);
        assert!(stay < PLACES * STAYS_PER_PLACE, "the calendars are full: shorten the rounds");
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let check_in = today + i64::try_from(1 + 2 * (stay / PLACES)).unwrap().days();
        let body = json!({"place_id": self.places[stay % PLACES], "check_in": check_in,
            "check_out": check_in + 2.days(), "guests": 2});
        self.request(self.house, Method::POST, "/api/v1/bookings", body.to_string(), StatusCode::CREATED)
    }

    pub(crate) fn bare_insert(&self) -> Request {
        let body =
            json!({"place_id": self.places[0], "check_in": "2026-01-01", "check_out": "2026-01-03", "guests": 2});
        self.request(self.bare, Method::POST, "/insert", body.to_string(), StatusCode::CREATED)
    }

    pub(crate) fn place(&self) -> Request {
        let path = format!("/api/v1/places/{}", self.places[0]);
        self.request(self.house, Method::GET, &path, String::new(), StatusCode::OK)
    }

    pub(crate) fn bare_bytes(&self) -> Request {
        self.request(self.bare, Method::GET, "/bytes", String::new(), StatusCode::OK)
    }

    fn request(&self, to: SocketAddr, method: Method, path: &str, body: String, success: StatusCode) -> Request {
        let mut request = hyper::Request::builder().method(&method).uri(path).header(header::HOST, "localhost");
        if method == Method::POST {
            request = request.header(header::CONTENT_TYPE, "application/json");
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        Request { to, request: request.body(Full::from(body)).unwrap(), success }
    }
}

async fn open(options: &PgConnectOptions, data: &std::path::Path) -> App {
    let url = options.to_url_lossy().to_string();
    let data = data.display().to_string();
    let variable = move |name: &str| match name {
        "DATABASE_URL" => Some(url.clone()),
        "HBNB_DATA_DIR" => Some(data.clone()),
        "HBNB_RATE_LIMITS" => Some("off".to_owned()),
        _ => None,
    };
    let config = Config::load_from(&Flags::default(), variable).unwrap();
    App::open(&config, Schema::Migrate, Arc::new(SystemClock)).await.unwrap()
}

/// Registers somebody; their access token.
async fn account(app: &App, name: &str) -> String {
    let (email, password) = (format!("{name}@example.org"), "correct horse battery");
    let person = json!({"email": email, "password": password, "first_name": name, "last_name": "Bench"});
    call(&app.router, "/api/v1/auth/register", None, &person, StatusCode::CREATED).await;
    let credentials = json!({"email": email, "password": password});
    let tokens = call(&app.router, "/api/v1/auth/login", None, &credentials, StatusCode::OK).await;
    tokens["data"]["access_token"].as_str().unwrap().to_owned()
}

async fn call(router: &Router, path: &str, token: Option<&str>, body: &Value, success: StatusCode) -> Value {
    let mut request = hyper::Request::post(path).header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let response =
        router.clone().oneshot(request.body(axum::body::Body::from(body.to_string())).unwrap()).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(status, success, "{}", String::from_utf8_lossy(&bytes));
    serde_json::from_slice(&bytes).unwrap()
}

async fn bytes_of(router: &Router, place: Uuid) -> Bytes {
    let request = hyper::Request::get(format!("/api/v1/places/{place}")).body(axum::body::Body::empty()).unwrap();
    router.clone().oneshot(request).await.unwrap().into_body().collect().await.unwrap().to_bytes()
}

/// What axum and PostgreSQL do at the least: parse a body and insert it; return bytes.
async fn bare_router(options: &PgConnectOptions, bytes: Bytes) -> Router {
    // As many connections as the house has.
    let pool = PgPoolOptions::new().max_connections(16).connect_with(options.clone()).await.unwrap();
    pool.execute("create table bare (id uuid primary key, body json not null)").await.unwrap();
    let insert = async |State(pool): State<PgPool>, Json(body): Json<Value>| {
        let statement = sqlx::query("insert into bare (id, body) values ($1, $2)");
        statement.bind(Uuid::now_v7()).bind(&body).execute(&pool).await.unwrap();
        (StatusCode::CREATED, Json(body))
    };
    let read = async move || ([(header::CONTENT_TYPE, "application/json")], bytes.clone());
    Router::new().route("/insert", post(insert)).with_state(pool).route("/bytes", get(read))
}

async fn listen(router: Router, stop: &CancellationToken) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve::connections(listener, router, serve::Limits::default(), stop.clone()));
    address
}
