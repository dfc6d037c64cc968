//! The envelope, status codes, request ids.

use harness::shared;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_success_has_the_whole_envelope() {
    let answer = shared().client().get("/places").await.expect(200);
    let mut keys: Vec<_> = answer.body.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["data", "message", "status", "timestamp"]);
    assert_eq!(answer.body["status"], "success");
}

#[tokio::test]
async fn a_failure_has_the_whole_envelope() {
    let answer = shared().client().get("/nothing/here").await.expect_error(404, "not_found");
    let mut keys: Vec<_> = answer.body.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["code", "errors", "message", "request_id", "status", "timestamp"]);
}

#[tokio::test]
async fn a_sane_request_id_is_kept_and_another_replaced() {
    let client = shared().client();
    let with = async |id: &str| {
        let answer = client.send(client.request(Method::GET, "/places").header("X-Request-Id", id)).await;
        answer.header("x-request-id").expect("an id").to_owned()
    };
    assert_eq!(with("trace-42").await, "trace-42");
    assert_ne!(with("bad id with spaces").await, "bad id with spaces");
    assert_ne!(with(&"x".repeat(500)).await, "x".repeat(500));
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_refused_by_kind() {
    let person = shared().client().somebody("Jo").await;
    let post = |body: &str, kind: &str| {
        let request = person.client.request(Method::POST, "/places").header("Content-Type", kind.to_owned());
        request.body(body.to_owned())
    };
    person.client.send(post("{", "application/json")).await.expect_error(400, "malformed_json");
    person.client.send(post("[]", "application/json")).await.expect_error(400, "malformed_json");
    person.client.send(post("{}", "text/plain")).await.expect_error(415, "unsupported_media_type");
    let large = format!(r#"{{"title": "{}"}}"#, "x".repeat(1 << 20));
    person.client.send(post(&large, "application/json")).await.expect_error(413, "payload_too_large");
    let nul = json!({"title": "a\u{0}bcdef", "price": "1"});
    person.client.post("/places", nul).await.expect_error(422, "validation_failed");
}

#[tokio::test]
async fn another_method_is_405_in_the_envelope() {
    let answer = shared().client().delete("/auth/login").await.expect_error(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("POST"));
    assert_ne!(answer.body["request_id"], Value::Null);
}

#[tokio::test]
async fn foreign_origins_are_refused() {
    let client = shared().client();
    let answer = client.send(client.request(Method::GET, "/places").header("Origin", "https://evil.example")).await;
    answer.expect_error(403, "forbidden");
}
