//! The documents about the API.

use harness::shared;

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
async fn health_is_told_without_the_envelope_s_base_path() {
    let client = shared().client();
    client.get("//health/live").await.expect(200);
    client.get("//health/ready").await.expect(200);
}
