//! `GET /health/ready`: how far behind the views may be.

use harness::{Server, needs_postgres};
use serde_json::json;

/// A log that is as long as if so many events had come: no reader of these tests looks at the last one.
async fn grow_log(server: &Server, by: i64) {
    let grown = sqlx::query(
        "insert into events select position + $1, aggregate_type, gen_random_uuid()::text, sequence, event_type, \
                                   event_version, payload, metadata, recorded_at
         from events order by position desc limit 1",
    );
    assert_eq!(grown.bind(by).execute(server.app.pool()).await.expect("the log takes it").rows_affected(), 1);
}

#[tokio::test]
async fn a_stopped_view_is_no_reason_to_stop_serving() {
    let server = Server::start(&[]).await;
    server.stop_view("users").await;
    let client = server.client();
    let body = json!({"email": "ada@example.org", "password": harness::PASSWORD, "first_name": "A", "last_name": "B"});
    client.post("/auth/register", body).await.expect(201);
    let ready = client.get("//health/ready").await.expect(200);
    assert_eq!(ready.data()["lag"], 1, "it is told how far behind the view is");
    let metrics = client.get("//metrics").await.expect(200);
    let text = metrics.body.as_str().expect("a page").to_owned();
    assert!(text.contains("hbnb_projection_failed{name=\"users\"} 1"), "{text}");
}

#[tokio::test]
async fn views_that_are_too_far_behind_are() {
    let server = Server::start(&[]).await;
    let client = server.client();
    client.somebody("Ada").await;
    for name in ["users", "places", "availability", "bookings", "reviews", "amenities"] {
        server.stop_view(name).await;
    }
    grow_log(&server, 10_001).await;
    let ready = client.get("//health/ready").await.expect_error(503, "unavailable");
    assert_eq!(ready.body["errors"].as_array().map(Vec::len), Some(6), "{:#}", ready.body);
    assert_eq!(ready.body["errors"][0]["code"], "behind");
    client.get("//health/live").await.expect(200);
}

#[tokio::test]
async fn so_is_a_server_whose_database_is_gone() {
    if !needs_postgres("so_is_a_server_whose_database_is_gone") {
        return;
    }
    let server = Server::start(&[]).await;
    let client = server.client();
    let place = client.somebody("Ada").await.lists(json!({})).await;
    client.get("//health/ready").await.expect(200);
    server.database.as_ref().expect("a database on a server").lose().await;

    let path = format!("/places/{}", place.id);
    for path in ["//health/ready", &path] {
        let answer = client.get(path).await.expect_error(503, "unavailable");
        assert!(answer.header("retry-after").is_some(), "{path}: {:?}", answer.headers);
    }
    place.host.asks_for(&place, 3, 4).await.expect_error(503, "unavailable");
    client.get("//health/live").await.expect(200);
}
