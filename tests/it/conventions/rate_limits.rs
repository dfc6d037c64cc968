//! Rate limits: exact, by client address and bucket.

use harness::Server;
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
    let spoofed = client.request(reqwest::Method::POST, "/auth/login").header("X-Forwarded-For", "203.0.113.7");
    client.send(spoofed.json(&json!({}))).await.expect_error(429, "rate_limited");
}
