//! The documents about the API.

use harness::{Server, shared};

#[tokio::test]
async fn the_api_describes_itself() {
    let client = shared().client();
    let document = client.get("//openapi.json").await.expect(200);
    assert!(document.body["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    for path in ["/api/v1/auth/register", "/api/v1/places/{id}", "/api/v1/bookings", "/api/v1/bookings/{id}/cancel"] {
        assert!(document.body["paths"].get(path).is_some(), "{path} is documented");
    }
    let page = client.get("//docs/").await.expect(200);
    assert!(page.body.as_str().is_some_and(|html| html.contains("swagger-ui")));
    let errors = client.get("//docs/errors").await.expect(200);
    assert!(errors.body.as_str().is_some_and(|html| html.contains("nights_unavailable")));
}

#[tokio::test]
async fn the_server_tells_what_it_counts() {
    let server = Server::start(&[]).await;
    let client = server.client();
    client.get(&format!("/places/{}", uuid::Uuid::nil())).await.expect(404);
    let page = client.get("//metrics").await.expect(200);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/plain; version=0.0.4")));
    let text = page.body.as_str().expect("a text");
    let told = |start: &str| text.lines().any(|line| line.starts_with(start));
    for line in [
        "hbnb_log_head 0",
        "hbnb_projection_lag{name=\"",
        "hbnb_projection_failed{name=\"",
        "hbnb_request_panics_total 0",
        "hbnb_appender_events_total 0",
        r#"hbnb_cache_misses_total{kind="place"} 1"#,
        r#"hbnb_cache_hits_total{kind="place"} 0"#,
        "hbnb_cache_checks_total 1",
        r#"http_requests_total{method="GET",endpoint="/api/v1/places/{id}",status="404"} 1"#,
        r#"response_time_seconds_bucket{method="GET",endpoint="/api/v1/places/{id}",le="5"} 1"#,
        r#"response_time_seconds_count{method="GET",endpoint="/api/v1/places/{id}"} 1"#,
    ] {
        assert!(told(line), "{line} in {text}");
    }
}

#[tokio::test]
async fn health_is_told_without_the_envelope_s_base_path() {
    let client = shared().client();
    client.get("//health/live").await.expect(200);
    client.get("//health/ready").await.expect(200);
}
