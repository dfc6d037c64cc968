//! Rate limits: exact, by client address and bucket.

use futures::future::join_all;
use harness::{Answer, Client, Server};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_sixth_attempt_to_sign_in_is_refused_and_the_limit_is_told() {
    let server = Server::start(&[("HBNB_RATE_LIMITS", "on")]).await;
    let client = server.client();
    let attempt = || client.post("/auth/login", json!({"email": "a@example.org", "password": "wrong password"}));
    for left in (0..5).rev() {
        let answer = attempt().await.expect_error(401, "unauthenticated");
        assert_eq!(answer.header("ratelimit-limit"), Some("5"));
        assert_eq!(answer.header("ratelimit-remaining"), Some(left.to_string().as_str()));
    }
    let refused = attempt().await.expect_error(429, "rate_limited");
    let wait: u32 = refused.header("retry-after").and_then(|wait| wait.parse().ok()).expect("seconds");
    assert!((1..=60).contains(&wait));
    // Another bucket is not touched.
    client.get("/places").await.expect(200);
    // A header of the client's own invention does not make it another client.
    let spoofed = client.request(Method::POST, "/auth/login").header("X-Forwarded-For", "203.0.113.7");
    client.send(spoofed.json(&json!({}))).await.expect_error(429, "rate_limited");
}

#[tokio::test]
async fn passwords_and_verification_count_in_the_bucket_of_signing_in() {
    let server = limited().await;
    let client = server.client();
    let paths = ["password", "password/forgot", "password/reset", "email/verify", "email/verification"];
    for (used, path) in paths.iter().enumerate() {
        let answer = client.post(&format!("/auth/{path}"), json!({})).await;
        assert_eq!(answer.header("ratelimit-remaining"), Some((4 - used).to_string().as_str()), "{path}");
    }
    client.post("/auth/login", json!({})).await.expect_error(429, "rate_limited");
}

async fn limited() -> Server {
    Server::start(&[("HBNB_RATE_LIMITS", "on")]).await
}

/// Calls as often as the bucket allows, whatever the answer, and once more.
async fn exhausts(limit: u32, call: impl AsyncFn() -> Answer) {
    for left in (0..limit).rev() {
        let answer = call().await;
        assert_ne!(answer.status, 429, "{left} calls are left");
        assert_eq!(answer.header("ratelimit-limit"), Some(limit.to_string().as_str()));
        assert_eq!(answer.header("ratelimit-remaining"), Some(left.to_string().as_str()));
    }
    call().await.expect_error(429, "rate_limited");
}

#[tokio::test]
async fn ten_requests_for_nights_are_within_the_limit() {
    let server = limited().await;
    let client = server.client();
    exhausts(10, async || client.post("/bookings", json!({})).await).await;
    client.get("/bookings").await.expect_error(401, "unauthenticated");
}

#[tokio::test]
async fn calls_that_come_at_once_share_one_limit() {
    let server = limited().await;
    let client = server.client();
    let answers = join_all((0..40).map(|_| client.post("/bookings", json!({})))).await;
    let (refused, within): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 429);
    assert_eq!((within.len(), refused.len()), (10, 30));
    let mut left: Vec<u32> = within
        .iter()
        .map(|answer| answer.header("ratelimit-remaining").expect("it is told").parse().expect("a number"))
        .collect();
    left.sort_unstable();
    assert_eq!(left, (0..10).collect::<Vec<_>>(), "each was told a number of its own");
}

#[tokio::test]
async fn thirty_searches_are_within_the_limit_refused_ones_too() {
    let server = limited().await;
    let client = server.client();
    let ahead = |client: &Client| client.request(Method::GET, "/places").header("X-Min-Position", "999999999999");
    let refused = client.send(ahead(&client)).await.expect_error(400, "invalid_parameter");
    assert_eq!(refused.header("ratelimit-remaining"), Some("29"));
    let unknown = client.with_token("nonsense").get("/places").await.expect_error(401, "unauthenticated");
    assert_eq!(unknown.header("ratelimit-remaining"), Some("28"));
    for left in (0..28).rev() {
        let answer = client.get("/places").await.expect(200);
        assert_eq!(answer.header("ratelimit-remaining"), Some(left.to_string().as_str()));
    }
    client.get("/places").await.expect_error(429, "rate_limited");
    client.send(ahead(&client)).await.expect_error(429, "rate_limited");
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_of_its_clients_has_its_own_limit() {
    let server = Server::start(&[("HBNB_RATE_LIMITS", "on"), ("HBNB_TRUSTED_PROXIES", "127.0.0.0/8")]).await;
    let client = server.client();
    let from = async |address: &str| {
        let request = client.request(Method::POST, "/auth/login").header("X-Forwarded-For", address);
        client.send(request.json(&json!({}))).await
    };
    exhausts(5, async || from("203.0.113.7").await).await;
    from("203.0.113.8").await.expect_error(422, "validation_failed");
    // What the client itself claims stands before what the proxy adds.
    from("203.0.113.9, 203.0.113.7").await.expect_error(429, "rate_limited");
}
