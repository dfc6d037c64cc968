//! Positions: reading one's own writes, anywhere.

use harness::{Server, shared};
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

#[tokio::test]
async fn a_write_does_not_wait_for_a_view_that_has_stopped_and_says_so() {
    let server = Server::start(&[]).await;
    let ada = server.client().somebody("Ada").await;
    server.stop_view("users").await;
    let renamed = ada.client.patch("/users/me", json!({"first_name": "Augusta"})).await.expect(200);
    assert_eq!(renamed.header("x-read-model"), Some("behind"));
    assert_eq!(renamed.id(), ada.id, "what is known is told");
    assert!(renamed.header("x-event-position").is_some());
    assert_eq!(ada.client.get("/users/me").await.expect(200).data()["first_name"], "Ada");
}

#[tokio::test]
async fn a_read_is_not_answered_from_views_that_do_not_come_as_far_as_it_asks() {
    let server = Server::start(&[]).await;
    let ada = server.client().somebody("Ada").await;
    server.stop_view("users").await;
    let renamed = ada.client.patch("/users/me", json!({"first_name": "Augusta"})).await.expect(200);
    let position = renamed.header("x-event-position").expect("a position").to_owned();
    let read = || ada.client.request(Method::GET, "/users/me").header("X-Min-Position", position.clone());
    let refused = ada.client.send(read()).await.expect_error(503, "view_behind");
    assert!(refused.header("retry-after").is_some(), "{:?}", refused.headers);

    let mend = "update projection_checkpoints set state = 'running'";
    sqlx::query(mend).execute(server.app.pool()).await.expect("the database answers");
    assert_eq!(ada.client.send(read()).await.expect(200).data()["first_name"], "Augusta");
}
