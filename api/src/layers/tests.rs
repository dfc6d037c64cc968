//! What holds for every request, whatever its handler does.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{Method, Request};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use serde_json::{Value, json};

use super::{Bucket, InMemoryLimiter, RateLimiter, RateLimiting, limited};
use crate::answer::Answer;
use crate::caller::{Anyone, Identity, LocalOperator};
use crate::failure::{ApiError, Failure};
use crate::request::Read;
use crate::state::Settings;
use crate::testing::{app, send};

async fn well() -> Result<Answer, ApiError> {
    Answer::ok(&json!({"well": true}), "All is well.")
}

async fn refuse() -> ApiError {
    Failure::NightsUnavailable.into()
}

async fn burst() -> Answer {
    panic!("the secret ingredient")
}

async fn never() -> Answer {
    std::future::pending().await
}

fn house() -> Router {
    let settings = Settings { deadline: Duration::from_millis(20), ..allowing("https://friend.example") };
    let routes = Router::new()
        .route("/well", get(well).post(well))
        .route("/refuse", get(refuse))
        .route("/burst", get(burst))
        .route("/never", get(never));
    app(routes, &settings)
}

fn allowing(origin: &str) -> Settings {
    Settings { cors_origins: vec![origin.to_owned()], ..Settings::default() }
}

#[tokio::test]
async fn success_and_failure_have_one_envelope_each() {
    let well = send(&house(), Request::get("/well"), "").await.json();
    let expected = json!({"status": "success", "data": {"well": true}, "message": "All is well.",
                          "timestamp": "2026-11-14T12:00:00Z"});
    assert_eq!(well, expected);
    let refused = send(&house(), Request::get("/refuse").header("x-request-id", "r1"), "").await;
    let expected = json!({"status": "error", "code": "nights_unavailable", "errors": [], "request_id": "r1",
                          "message": "Some of these nights are not available.", "timestamp": "2026-11-14T12:00:00Z"});
    assert_eq!((refused.status.as_u16(), refused.json(), refused.header("x-request-id")), (409, expected, "r1"));
}

#[tokio::test]
async fn the_frameworks_own_refusals_have_it_too() {
    let nowhere = send(&house(), Request::get("/nowhere"), "").await;
    assert_eq!(nowhere.failure(), (404, "not_found".to_owned()));
    let method = send(&house(), Request::delete("/well"), "").await;
    assert_eq!((method.failure(), method.header("allow")), ((405, "method_not_allowed".to_owned()), "GET,HEAD,POST"));
}

#[tokio::test]
async fn head_answers_with_the_headers_of_get() {
    let got = send(&house(), Request::get("/well"), "").await;
    let head = send(&house(), Request::head("/well"), "").await;
    assert_eq!((head.status, head.text.as_str()), (got.status, ""));
    assert_eq!(head.header("content-length"), got.text.len().to_string());
    assert_eq!(head.header("content-type"), "application/json");
}

#[tokio::test]
async fn a_panic_tells_the_client_nothing() {
    let answered = send(&house(), Request::get("/burst"), "").await;
    assert_eq!(answered.failure(), (500, "internal".to_owned()));
    assert!(!answered.text.contains("ingredient"));
}

#[tokio::test]
async fn a_request_ends_at_its_deadline() {
    let answered = send(&house(), Request::get("/never"), "").await;
    assert_eq!(answered.failure(), (503, "unavailable".to_owned()));
    assert_eq!(answered.header("retry-after"), "1");
}

#[tokio::test]
async fn only_anonymous_answers_may_be_shared() {
    let anonymous = send(&house(), Request::get("/well"), "").await;
    assert_eq!(anonymous.header("cache-control"), "no-cache");
    let signed_in = send(&house(), Request::get("/well").header("authorization", "Bearer x"), "").await;
    assert_eq!(signed_in.header("cache-control"), "private, no-cache");
    let vary: Vec<_> = signed_in.headers.get_all("vary").iter().collect();
    assert!(vary.iter().any(|name| *name == "Authorization") && vary.iter().any(|name| *name == "Origin"));
    assert_eq!(send(&house(), Request::post("/well"), "").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn foreign_pages_are_refused() {
    let from = |origin: &str| Request::get("/well").header("host", "rent.example").header("origin", origin);
    for foreign in ["https://evil.example", "null", "https://friend.example.evil.example"] {
        let answered = send(&house(), from(foreign), "").await;
        assert_eq!(answered.failure(), (403, "forbidden".to_owned()), "{foreign}");
        assert_eq!(answered.header("access-control-allow-origin"), "");
    }
    for known in ["https://friend.example", "http://rent.example"] {
        let answered = send(&house(), from(known), "").await;
        assert_eq!((answered.status.as_u16(), answered.header("access-control-allow-origin")), (200, known));
        assert!(answered.header("access-control-expose-headers").contains("X-Event-Position"));
    }
}

#[tokio::test]
async fn browsers_may_ask_first() {
    let asking = Request::options("/well").header("access-control-request-method", "POST");
    let answered = send(&house(), asking.header("origin", "https://friend.example"), "").await;
    assert_eq!(answered.status, 204);
    assert!(answered.header("access-control-allow-methods").contains("PATCH"));
    assert!(answered.header("access-control-allow-headers").contains("Idempotency-Key"));
    let foreign = Request::options("/well").header("access-control-request-method", "POST");
    assert_eq!(send(&house(), foreign.header("origin", "https://evil.example"), "").await.status, 403);
}

#[tokio::test]
async fn answers_are_not_to_be_taken_for_anything_else() {
    let answered = send(&house(), Request::get("/nowhere"), "").await;
    assert_eq!(answered.header("x-content-type-options"), "nosniff");
    assert!(answered.header("content-security-policy").starts_with("default-src 'none'"));
}

fn limited_house() -> Router {
    let limiter: Option<Arc<dyn RateLimiter>> = Some(Arc::new(InMemoryLimiter::default()));
    let limiting = RateLimiting { limiter, trusted_proxies: Arc::from([]), bucket: Bucket::Auth };
    let counted = from_fn_with_state(limiting, limited);
    let routes = Router::new()
        .route("/login", get(refuse).layer(counted.clone()))
        .route("/read", get(async |_: Read<Anyone>| well().await).layer(counted));
    app(routes, &Settings::default())
}

#[tokio::test]
async fn refused_calls_count_and_the_sixth_is_one_too_many() {
    let house = limited_house();
    for remaining in ["4", "3", "2", "1", "0"] {
        let answered = send(&house, Request::get("/login"), "").await;
        assert_eq!((answered.status.as_u16(), answered.header("ratelimit-remaining")), (409, remaining));
    }
    let sixth = send(&house, Request::get("/login"), "").await;
    assert_eq!(sixth.failure(), (429, "rate_limited".to_owned()));
    assert_eq!((sixth.header("ratelimit-limit"), sixth.header("ratelimit-remaining")), ("5", "0"));
    assert_eq!(sixth.header("retry-after"), sixth.header("ratelimit-reset"));
    let seconds: u32 = sixth.header("retry-after").parse().unwrap();
    assert!((58..=60).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn a_read_that_cannot_wait_counts_as_well() {
    let house = limited_house();
    let read = |position: &str| Request::get("/read").header("x-min-position", position.to_owned());
    let refused = send(&house, read("soon"), "").await;
    assert_eq!(refused.failure(), (400, "invalid_parameter".to_owned()));
    assert_eq!(refused.header("ratelimit-remaining"), "4");
    let bad = Identity(Err(Failure::Unauthenticated.into()));
    let stranger = send(&house, Request::get("/read").extension(bad), "").await;
    assert_eq!((stranger.status.as_u16(), stranger.header("ratelimit-remaining")), (401, "3"));
}

#[tokio::test]
async fn the_operator_is_not_counted() {
    let house = limited_house();
    for _ in 0..7 {
        let request = Request::builder().method(Method::GET).uri("/login").extension(LocalOperator);
        assert_eq!(send(&house, request, "").await.status, 409);
    }
}

/// What is logged while it is set.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn each_request_is_logged_once_by_its_route() {
    let logged = Logged::default();
    let writer = logged.clone();
    let json = tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone());
    let _logging = tracing::subscriber::set_default(json.finish());
    let routes =
        Router::new().route("/people/{email}", get(well)).route("/burst", get(burst)).route("/health/live", get(well));
    let house = app(routes, &Settings::default());
    for path in ["/people/ada@example.org?token=hunter2", "/burst", "/health/live", "/nowhere/ada@example.org"] {
        send(&house, Request::get(path).header("x-request-id", "r7"), "").await;
    }
    let text = String::from_utf8(logged.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains("ada@") && !text.contains("hunter2"), "{text}");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of_level = |level: &str| lines.iter().filter(|line| line["level"] == level).collect::<Vec<_>>();
    let told: Vec<_> =
        of_level("INFO").iter().map(|line| json!([line["method"], line["route"], line["status"]])).collect();
    let expected = [("/people/{email}", 200), ("/burst", 500), ("unmatched", 404)];
    assert_eq!(told, expected.map(|(route, status)| json!(["GET", route, status])));
    assert!(of_level("INFO").iter().all(|line| line["request_id"] == "r7" && line["milliseconds"].is_u64()));
    assert_eq!(of_level("ERROR").len(), 1);
}
