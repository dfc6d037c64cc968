//! Positions: reading one's own writes, anywhere.

use harness::shared;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_command_says_where_it_stands_and_a_read_can_wait_for_it() {
    let client = shared().client();
    let host = client.somebody("Lou").await;
    let body = json!({"title": "A room", "price": "10"});
    let request = host.client.request(Method::POST, "/places").header("Prefer", "respond-async").json(&body);
    let place = host.client.send(request).await.expect(201);
    assert_eq!(place.header("x-read-model"), Some("behind"));
    assert_eq!(place.header("preference-applied"), Some("respond-async"));
    let position = place.header("x-event-position").expect("a position").to_owned();
    let path = format!("/places/{}", place.id());
    let read = client.send(client.request(Method::GET, &path).header("X-Min-Position", &position)).await;
    read.expect(200);
}

#[tokio::test]
async fn a_position_that_is_not_yet_is_refused() {
    let client = shared().client();
    let ask = |position: &str| client.request(Method::GET, "/places").header("X-Min-Position", position.to_owned());
    client.send(ask("999999999999")).await.expect_error(400, "invalid_parameter");
    client.send(ask("soon")).await.expect_error(400, "invalid_parameter");
}
