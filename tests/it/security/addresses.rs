//! Whom a call counts for: nobody gets more calls by claiming to be somebody else, and nobody loses theirs to others.

use harness::{Answer, Client, PASSWORD, Server};
use reqwest::Method;
use serde_json::json;

async fn server(trusted: &str) -> Server {
    let mut settings = vec![("HBNB_RATE_LIMITS", "on")];
    settings.extend((!trusted.is_empty()).then_some(("HBNB_TRUSTED_PROXIES", trusted)));
    Server::start(&settings).await
}

/// A call of the bucket `auth` with these headers; what it is about does not matter.
async fn call(client: &Client, headers: &[(&str, &str)]) -> Answer {
    let mut request = client.request(Method::POST, "/auth/login").json(&json!({}));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request).await
}

fn remaining(answer: &Answer) -> u32 {
    answer.header("ratelimit-remaining").and_then(|left| left.parse().ok()).expect("a number")
}

#[tokio::test]
async fn without_a_trusted_proxy_no_header_makes_another_client() {
    let server = server("").await;
    let client = server.client();
    let claims = [
        ("X-Forwarded-For", "203.0.113.7"),
        ("X-Forwarded-For", "203.0.113.8, 203.0.113.9"),
        ("Forwarded", "for=203.0.113.10"),
        ("X-Real-IP", "203.0.113.11"),
        ("True-Client-IP", "203.0.113.12"),
    ];
    for (number, claim) in claims.into_iter().enumerate() {
        assert_eq!(remaining(&call(&client, &[claim]).await), 4 - u32::try_from(number).expect("a small number"));
    }
    call(&client, &[("X-Client-IP", "203.0.113.13")]).await.expect_error(429, "rate_limited");
}

#[tokio::test]
async fn every_outcome_and_every_route_of_a_bucket_counts() {
    let server = server("").await;
    let client = server.client();
    let email = format!("{}@example.org", uuid::Uuid::now_v7().simple());
    let account = json!({"email": email, "password": PASSWORD, "first_name": "Rhea", "last_name": "Tester"});
    let made = client.post("/auth/register", account.clone()).await.expect(201);
    assert_eq!(remaining(&made), 4);
    assert_eq!(remaining(&client.post("/auth/register", account).await.expect(409)), 3);
    let login = client.post("/auth/login", json!({"email": email, "password": PASSWORD})).await.expect(200);
    assert_eq!(remaining(&login), 2);
    let refresh = json!({"refresh_token": login.data()["refresh_token"]});
    assert_eq!(remaining(&client.post("/auth/refresh", refresh).await.expect(200)), 1);
    let text = client.request(Method::POST, "/auth/login").body("no JSON");
    assert_eq!(remaining(&client.send(text).await.expect(415)), 0);
    let refused = client.post("/auth/register", json!({})).await.expect_error(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), refused.header("ratelimit-reset"));
    assert_eq!(refused.header("ratelimit-limit"), Some("5"));
}

#[tokio::test]
async fn behind_trusted_proxies_the_last_hop_before_them_counts() {
    let server = server("127.0.0.0/8,10.0.0.0/8").await;
    let client = server.client();
    // The same client on many ways: spoofed hops before it, proxies of ours behind it, ports, several header lines.
    for (left, lines) in [
        (4, &["198.51.100.1"][..]),
        (3, &["1.1.1.1, 198.51.100.1"]),
        (2, &["2.2.2.2, garbage, 198.51.100.1, 10.1.2.3"]),
        (1, &["3.3.3.3", "198.51.100.1:4711"]),
        (0, &["::ffff:198.51.100.1"]),
    ] {
        let headers: Vec<_> = lines.iter().map(|line| ("X-Forwarded-For", *line)).collect();
        assert_eq!(remaining(&call(&client, &headers).await), left, "{lines:?}");
    }
    call(&client, &[("X-Forwarded-For", "198.51.100.1")]).await.expect_error(429, "rate_limited");
    // Its neighbour has its own calls.
    assert_eq!(remaining(&call(&client, &[("X-Forwarded-For", "198.51.100.2")]).await), 4);
}

#[tokio::test]
async fn an_ipv6_customer_has_one_limit_for_all_its_addresses() {
    let server = server("127.0.0.0/8").await;
    let client = server.client();
    let from = async |address: &str| remaining(&call(&client, &[("X-Forwarded-For", address)]).await);
    assert_eq!(from("2001:db8:1:2::1").await, 4);
    assert_eq!(from("2001:db8:1:2:ffff:ffff:ffff:ffff").await, 3);
    assert_eq!(from("[2001:db8:1:2::99]:443").await, 2);
    assert_eq!(from("2001:db8:1:3::1").await, 4);
}

#[tokio::test]
async fn what_a_proxy_cannot_have_written_counts_for_the_proxy() {
    let server = server("127.0.0.0/8").await;
    let client = server.client();
    for (left, garbage) in [(4, "unknown"), (3, ""), (2, "198.51.100.1, "), (1, "999.1.1.1"), (0, "198.51.100.1;x")] {
        assert_eq!(remaining(&call(&client, &[("X-Forwarded-For", garbage)]).await), left, "{garbage:?}");
    }
    call(&client, &[]).await.expect_error(429, "rate_limited");
}
