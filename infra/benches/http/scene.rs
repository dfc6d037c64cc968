//! The house and the bare handlers, each on a port of its own, over one database.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use http_body_util::{BodyExt as _, Full};
use infra::app::App;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor as _, PgPool};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::client::Request;
use crate::house::House;

const PLACES: usize = 256;
/// Two nights each, over the two years that a calendar reaches.
const STAYS_PER_PLACE: usize = 360;

pub(crate) struct Scene {
    house: House,
    address: SocketAddr,
    /// The same house, whose reads all ask the database.
    forgetful: SocketAddr,
    bare: SocketAddr,
    token: String,
    places: Vec<Uuid>,
    /// How many stays have been asked for: each names nights of its own.
    stays: AtomicUsize,
    /// How often a place was asked for.
    visits: AtomicUsize,
}

impl Scene {
    pub(crate) async fn set(url: &str) -> Self {
        let house = House::open(url, "http", &[("HBNB_RATE_LIMITS", "off")]).await;
        let host = house.account("host@example.org").await;
        let token = house.account("guest@example.org").await;
        let mut places = Vec::new();
        for number in 0..PLACES {
            let place = json!({"title": format!("Place {number}"), "price": "100.00", "instant_book": true,
                "description": "A quiet place with a view. ".repeat(20), "city": "Paris", "capacity": 4,
                "latitude": 48.87, "longitude": 2.36, "amenities": ["wifi", "kitchen", "heating"]});
            let answer = house.post("/api/v1/places", Some(&host), &place).await;
            places.push(answer["data"]["id"].as_str().unwrap().parse().unwrap());
        }
        let address = house.serve(house.app.router.clone()).await;
        let forgetful = house.serve(forgetful_router(&house.app)).await;
        let bytes = bytes_of(&house.app.router, places[0]).await;
        let bare = house.serve(bare_router(&house.database.options, bytes).await).await;
        let (stays, visits) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { house, address, forgetful, bare, token, places, stays, visits }
    }

    pub(crate) async fn strike(self) {
        self.house.close().await;
    }

    pub(crate) fn booking(&self) -> Request {
        let stay = self.stays.fetch_add(1, Ordering::Relaxed);
        assert!(stay < PLACES * STAYS_PER_PLACE, "the calendars are full: shorten the rounds");
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let check_in = today + i64::try_from(1 + 2 * (stay / PLACES)).unwrap().days();
        let body = json!({"place_id": self.places[stay % PLACES], "check_in": check_in,
            "check_out": check_in + 2.days(), "guests": 2});
        self.request(self.address, Method::POST, "/api/v1/bookings", body.to_string(), StatusCode::CREATED)
    }

    pub(crate) fn bare_insert(&self) -> Request {
        let body =
            json!({"place_id": self.places[0], "check_in": "2026-01-01", "check_out": "2026-01-03", "guests": 2});
        self.request(self.bare, Method::POST, "/insert", body.to_string(), StatusCode::CREATED)
    }

    pub(crate) fn place(&self) -> Request {
        self.visit(self.address)
    }

    pub(crate) fn uncached_place(&self) -> Request {
        self.visit(self.forgetful)
    }

    fn visit(&self, house: SocketAddr) -> Request {
        let visit = self.visits.fetch_add(1, Ordering::Relaxed);
        let path = format!("/api/v1/places/{}", self.places[visit % PLACES]);
        self.request(house, Method::GET, &path, String::new(), StatusCode::OK)
    }

    pub(crate) fn cache_counts(&self) -> Option<projections::CacheCounts> {
        self.house.app.views.cache_counts()
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

/// The API over the same house, but for the cache.
fn forgetful_router(app: &App) -> Router {
    let settings = api::Settings { rate_limits: false, ..api::Settings::default() };
    api::router(api::ApiState::new(app.commands.clone(), app.views.clone().without_cache(), settings))
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
