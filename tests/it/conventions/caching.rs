//! ETags and what may be kept.

use harness::shared;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let client = shared().client();
    let host = client.somebody("Kim").await;
    let place = host.lists(json!({})).await;
    let path = format!("/places/{}", place.id);
    let first = client.get(&path).await.expect(200);
    let etag = first.header("etag").expect("an ETag").to_owned();
    assert!(etag.starts_with("\"1-"), "{etag}");
    let again = async || client.send(client.request(Method::GET, &path).header("If-None-Match", &etag)).await;
    again().await.expect(304);
    host.client.patch(&path, json!({"price": "1.00"})).await.expect(200);
    again().await.expect(200);
}

#[tokio::test]
async fn what_one_caller_sees_is_not_kept_for_another() {
    let client = shared().client();
    let host = client.somebody("Kim").await;
    let own = host.client.get("/users/me").await.expect(200);
    assert!(own.header("cache-control").is_some_and(|value| value.contains("private")));
    let anonymous = client.get("/places").await.expect(200);
    assert_eq!(anonymous.header("cache-control"), Some("no-cache"));
    let vary = own.headers.get_all("vary").iter().filter_map(|v| v.to_str().ok()).collect::<Vec<_>>().join(",");
    assert!(vary.to_lowercase().contains("authorization"), "{vary}");
}
