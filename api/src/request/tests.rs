//! Requests as clients send them, good and bad, up to the value that a handler gets.

use axum::Router;
use axum::http::{Request, StatusCode};
use axum::routing::{get, patch, post as on_post};
use domain::text::Name;
use domain::{Money, Patch};
use serde_json::json;

use super::{Command, Operation, Read};
use crate::answer::{Answer, Resource};
use crate::caller::{Anyone, SignedIn};
use crate::failure::ApiError;
use crate::input::{Body, Fields, Noted, Params, Query, Whole};
use crate::state::Settings;
use crate::testing::{Answered, app, post, send};

struct Thing {
    name: Name,
    note: Patch<Name>,
    price: Money,
    guests: Option<Whole<1, 9>>,
}

impl Body for Thing {
    const SUCCESS: StatusCode = StatusCode::CREATED;

    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (name, note, price) = (fields.required("name"), fields.patch("note"), fields.price());
        let guests = fields.optional("guests");
        Ok(Self { name: name?, note: note?, price: price?, guests: guests? })
    }
}

async fn make(command: Command<Anyone, Thing>) -> Result<Answer, ApiError> {
    let Thing { name, note, price, guests } = command.body;
    let context = command.context;
    let idempotency = context.idempotency.map(|wish| json!([wish.key, wish.scope, wish.status, wish.digest]));
    let data = json!({
        "name": name.as_str(), "note": format!("{note:?}"), "amount": price.amount(), "guests": guests.map(Whole::get),
        "if_match": context.if_match, "idempotency": idempotency, "waits": command.settling.waits,
        "request_id": context.request_id,
    });
    Answer::ok(&data, "Made.")
}

struct Tags(Vec<Name>);

impl Query for Tags {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        Ok(Self(params.list("tags")?))
    }
}

async fn look(read: Read<Anyone, Tags>) -> Result<Answer, ApiError> {
    let tags: Vec<_> = read.query.0.iter().map(|tag| tag.as_str().to_owned()).collect();
    Resource { version: 3, data: json!({ "tags": tags }) }.answer(read.if_none_match.as_ref(), "Here.")
}

async fn members_only(_: Command<SignedIn>) -> Result<Answer, ApiError> {
    Answer::ok(&(), "Welcome.")
}

struct Rows;

impl Body for Rows {
    const HARMLESS_AGAIN: bool = true;

    fn read(_: &mut Fields<'_>) -> Result<Self, Noted> {
        Ok(Self)
    }
}

async fn operate(_: Operation<Anyone>) -> Result<Answer, ApiError> {
    Answer::ok(&(), "Done.")
}

async fn take(_: Operation<Anyone, Rows>) -> Result<Answer, ApiError> {
    Answer::ok(&(), "Taken.")
}

fn house() -> Router {
    let routes = Router::new()
        .route("/api/v1/things", on_post(make).patch(make))
        .route("/api/v1/auth/things", on_post(make))
        .route("/api/v1/operations", on_post(operate))
        .route("/api/v1/rows", on_post(take))
        .route("/api/v1/tags", get(look))
        .route("/api/v1/members", patch(members_only));
    app(routes, &Settings::default())
}

async fn try_body(body: &str) -> Answered {
    send(&house(), post("/api/v1/things"), body.to_owned()).await
}

const GOOD: &str = r#"{"name": "Loft", "price": "120.00"}"#;

#[tokio::test]
async fn a_good_body_becomes_values() {
    let answered = try_body(r#"{"name": "  Loft ", "price": 1e2, "currency": "USD", "note": null, "guests": 4}"#).await;
    assert_eq!(answered.status, 200);
    let data = &answered.json()["data"];
    assert_eq!((&data["name"], &data["note"], &data["amount"]), (&json!("Loft"), &json!("Clear"), &json!("100.00")));
    assert_eq!(answered.json()["timestamp"], "2026-11-14T12:00:00Z");
}

#[tokio::test]
async fn amounts_are_read_digit_by_digit() {
    for (sent, read) in [("0.1", "0.10"), ("\"0.10\"", "0.10"), ("1E2", "100.00"), ("999999.99", "999999.99")] {
        let answered = try_body(&format!(r#"{{"name": "Loft", "price": {sent}}}"#)).await;
        assert_eq!(answered.json()["data"]["amount"], *read, "{sent}");
    }
    assert_eq!(try_body(r#"{"name": "Loft", "price": 0.1000000001}"#).await.problems(), ["price: too_precise"]);
    assert_eq!(try_body(r#"{"name": "Loft", "price": true}"#).await.problems(), ["price: wrong_type"]);
    assert_eq!(try_body(r#"{"name": "Loft", "price": "NaN"}"#).await.problems(), ["price: invalid_amount"]);
}

#[tokio::test]
async fn every_problem_of_a_body_is_told_at_once() {
    let answered = try_body(r#"{"name": 7, "guests": 4.5, "wings": 2, "note": ""}"#).await;
    assert_eq!(answered.failure(), (422, "validation_failed".to_owned()));
    assert_eq!(
        answered.problems(),
        ["name: wrong_type", "note: blank", "price: required", "guests: wrong_type", "wings: unknown_field"]
    );
}

#[tokio::test]
async fn unknown_fields_alone_have_a_code_of_their_own() {
    let answered = try_body(r#"{"name": "Loft", "price": 1, "wings": 2}"#).await;
    assert_eq!(answered.failure(), (422, "unknown_field".to_owned()));
    let twice = try_body(r#"{"name": "Loft", "name": "Attic", "price": 1}"#).await;
    assert_eq!(twice.problems(), ["name: repeated"]);
}

#[tokio::test]
async fn what_is_not_json_is_refused_before_it_is_read() {
    for body in ["{", "[]", "null", "{\"name\": \"Loft\",}", "nonsense", "{\"name\": \"\u{1}\"}"] {
        assert_eq!(try_body(body).await.failure(), (400, "malformed_json".to_owned()), "{body}");
    }
    assert_eq!(try_body(r#"{"name": "\ud800", "price": 1}"#).await.problems(), ["name: wrong_type"]);
    let not_utf8 = send(&house(), post("/api/v1/things"), b"{\"name\": \"\xff\"}".to_vec()).await;
    assert_eq!(not_utf8.failure(), (400, "malformed_json".to_owned()));
    let deep = "[".repeat(100_000);
    assert_eq!(try_body(&deep).await.failure(), (400, "malformed_json".to_owned()));
}

#[tokio::test]
async fn the_media_type_must_be_json() {
    let form = Request::post("/api/v1/things").header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(send(&house(), form, "a=b").await.failure(), (415, "unsupported_media_type".to_owned()));
    let none = Request::post("/api/v1/things");
    assert_eq!(send(&house(), none, GOOD).await.failure(), (415, "unsupported_media_type".to_owned()));
    for json in ["application/json; charset=utf-8", "application/merge-patch+json", "Application/JSON"] {
        let request = Request::patch("/api/v1/things").header("content-type", json);
        assert_eq!(send(&house(), request, GOOD).await.status, 200, "{json}");
    }
}

#[tokio::test]
async fn a_body_beyond_one_mebibyte_is_too_large() {
    let fill = |bytes: usize| format!("{{\"name\": \"{}\"}}", "x".repeat(bytes));
    assert_eq!(try_body(&fill(1024 * 1024)).await.failure(), (413, "payload_too_large".to_owned()));
    assert_eq!(try_body(&fill(1024 * 1024 - 12)).await.failure().0, 422);
}

#[tokio::test]
async fn an_idempotency_key_is_of_method_path_and_body() {
    let request = post("/api/v1/things").header("idempotency-key", "order-1");
    let data = send(&house(), request, GOOD).await.json()["data"]["idempotency"].clone();
    assert_eq!((&data[0], &data[1], &data[2]), (&json!("order-1"), &json!("POST /api/v1/things"), &json!(201)));
    assert_eq!(data[3].as_array().unwrap().len(), 32);
    for bad in ["", "with space", "é", &"x".repeat(256)] {
        let request = post("/api/v1/things").header("idempotency-key", bad);
        let answered = send(&house(), request, GOOD).await;
        assert_eq!(answered.failure(), (400, "invalid_parameter".to_owned()), "{bad}");
        assert_eq!(answered.problems(), ["idempotency-key: malformed"]);
    }
}

#[tokio::test]
async fn only_a_post_outside_auth_has_an_idempotency_key() {
    let patch = Request::patch("/api/v1/things").header("content-type", "application/json");
    for request in [patch, post("/api/v1/auth/things")] {
        let answered = send(&house(), request.header("idempotency-key", "order-1"), GOOD).await;
        assert_eq!(answered.json()["data"]["idempotency"], json!(null));
    }
}

#[tokio::test]
async fn conditions_and_preferences_reach_the_command() {
    let request = post("/api/v1/things").header("if-match", r#""3-ab", "5-cd""#).header("prefer", "respond-async");
    let data = send(&house(), request, GOOD).await.json()["data"].clone();
    assert_eq!((&data["if_match"], &data["waits"]), (&json!(5), &json!(false)));
    let any = send(&house(), post("/api/v1/things").header("if-match", "*"), GOOD).await;
    assert_eq!(any.json()["data"]["if_match"], json!(null));
    let malformed = send(&house(), post("/api/v1/things").header("if-match", "3"), GOOD).await;
    assert_eq!(malformed.problems(), ["if-match: malformed"]);
}

#[tokio::test]
async fn an_operation_refuses_what_it_would_have_to_ignore() {
    let refusal = async |path: &str, name: &str| {
        let answered = send(&house(), post(path).header(name, "*"), "").await;
        (answered.status.as_u16(), answered.problems())
    };
    let refused = |name: &str| (400, vec![format!("{name}: not_supported")]);
    assert_eq!(refusal("/api/v1/operations", "if-match").await, refused("if-match"));
    assert_eq!(refusal("/api/v1/operations", "idempotency-key").await, refused("idempotency-key"));
    assert_eq!(refusal("/api/v1/rows", "if-match").await, refused("if-match"));
    assert_eq!(refusal("/api/v1/rows", "idempotency-key").await, (200, vec![]));
    assert_eq!(send(&house(), post("/api/v1/operations"), "").await.status, 200);
}

#[tokio::test]
async fn lists_come_in_any_of_three_forms() {
    for query in ["tags=a&tags=b", "tags[]=a&tags%5B%5D=b", "tags=a,b"] {
        let answered = send(&house(), Request::get(format!("/api/v1/tags?{query}")), "").await;
        assert_eq!(answered.json()["data"]["tags"], json!(["a", "b"]), "{query}");
    }
}

#[tokio::test]
async fn queries_are_read_strictly() {
    let get = |query: &str| Request::get(format!("/api/v1/tags?{query}"));
    let unknown = send(&house(), get("colour=red"), "").await;
    assert_eq!(
        (unknown.failure(), unknown.problems()),
        ((400, "unknown_parameter".to_owned()), vec!["colour: unknown_parameter".to_owned()])
    );
    let invalid = send(&house(), get("tags=&colour=red"), "").await;
    assert_eq!(invalid.failure(), (400, "invalid_parameter".to_owned()));
    assert_eq!(send(&house(), get("tags=%ff"), "").await.problems(), ["tags: not_utf8"]);
    let on_command = send(&house(), post("/api/v1/things?dry=run"), GOOD).await;
    assert_eq!(on_command.failure(), (400, "unknown_parameter".to_owned()));
}

#[tokio::test]
async fn a_resource_that_the_client_has_is_not_sent_again() {
    let first = send(&house(), Request::get("/api/v1/tags?tags=a"), "").await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("\"3-"), "{tag}");
    let again = send(&house(), Request::get("/api/v1/tags?tags=a").header("if-none-match", &tag), "").await;
    assert_eq!((again.status.as_u16(), again.text.as_str(), again.header("etag")), (304, "", tag.as_str()));
    let other = send(&house(), Request::get("/api/v1/tags?tags=b").header("if-none-match", &tag), "").await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn who_calls_is_asked_before_what_is_sent() {
    let request = Request::patch("/api/v1/members?x=1");
    let answered = send(&house(), request, "{").await;
    assert_eq!(answered.failure(), (401, "unauthenticated".to_owned()));
    assert_eq!(answered.header("www-authenticate"), "Bearer");
}

/// A body that is never there.
struct Silent;

impl http_body::Body for Silent {
    type Data = axum::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_the_clients_fault() {
    let settings = Settings { deadline: std::time::Duration::from_millis(50), ..Settings::default() };
    let house = app(Router::new().route("/things", on_post(make)), &settings);
    let answered = send(&house, post("/things"), axum::body::Body::new(Silent)).await;
    assert_eq!(answered.failure(), (408, "request_timeout".to_owned()));
}

#[tokio::test]
async fn a_body_is_json_in_utf_8_as_it_is() {
    let house = app(Router::new().route("/things", on_post(make)), &Settings::default());
    let of = async |kind: &str, coding: &str| {
        let request = Request::post("/things").header("content-type", kind).header("content-encoding", coding);
        send(&house, request, "{}").await.status.as_u16()
    };
    for kind in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""] {
        assert_eq!(of(kind, "identity").await, 422, "{kind}");
    }
    for (kind, coding) in [("application/json; charset=latin1", "identity"), ("application/json", "gzip")] {
        assert_eq!(of(kind, coding).await, 415, "{kind} {coding}");
    }
}
