//! Who looked at what.

use harness::{Server, eventually, shared};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::kept_views;

#[tokio::test]
async fn of_many_looks_within_an_hour_one_is_kept() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let place = client.somebody("Hana").await.lists(json!({})).await;
    let guest = client.somebody("Gil").await;
    let (page, views) = (format!("/places/{}", place.id), format!("/places/{}/views", place.id));
    // An hour may begin in between: then there are two.
    let hour = |server: &Server| server.app.commands.now().as_second() / 3_600;
    let before = hour(&server);
    for _ in 0..3 {
        guest.client.get(&page).await.expect(200);
        guest.client.post_empty(&views).await.expect(204);
    }
    let begun = hour(&server) - before;
    assert!((1..=1 + begun).contains(&kept_views(&server, &guest).await));

    server.clock.advance(SignedDuration::from_hours(1));
    let guest = client.sign_in(guest.id, &guest.email).await;
    let before = kept_views(&server, &guest).await;
    guest.client.get(&page).await.expect(200);
    assert_eq!(kept_views(&server, &guest).await, before + 1);
}

#[tokio::test]
async fn what_has_not_changed_since_was_looked_at_all_the_same() {
    let client = shared().client();
    let place = client.somebody("Hana").await.lists(json!({})).await;
    let guest = client.somebody("Gil").await;
    let page = format!("/places/{}", place.id);
    let etag = client.get(&page).await.expect(200).header("etag").expect("an ETag").to_owned();
    let again = guest.client.request(Method::GET, &page).header("If-None-Match", etag);
    guest.client.send(again).await.expect(304);
    assert_eq!(kept_views(shared(), &guest).await, 1);
}

#[tokio::test]
async fn only_others_that_are_signed_in_leave_a_view() {
    let client = shared().client();
    let host = client.somebody("Hana").await;
    let place = host.lists(json!({})).await;
    let (page, views) = (format!("/places/{}", place.id), format!("/places/{}/views", place.id));
    host.client.get(&page).await.expect(200);
    host.client.post_empty(&views).await.expect(204);
    assert_eq!(kept_views(shared(), &host).await, 0);

    client.get(&page).await.expect(200);
    client.post_empty(&views).await.expect_error(401, "unauthenticated");
    let sql = "select count(*) from place_views where place_id = $1";
    let count = sqlx::query_scalar::<_, i64>(sql).bind(place.id).fetch_one(shared().app.pool()).await;
    assert_eq!(count.expect("views can be counted"), 0);
}

#[tokio::test]
async fn lists_prices_and_reviews_are_no_looks_at_a_place() {
    let client = shared().client();
    let place = client.somebody("Hana").await.lists(json!({})).await;
    let guest = client.somebody("Gil").await;
    for path in ["similar", "reviews", "price?check_in=2027-01-02&check_out=2027-01-04"] {
        guest.client.get(&format!("/places/{}/{path}", place.id)).await;
    }
    guest.client.get("/places?location=Paris").await.expect(200);
    assert_eq!(kept_views(shared(), &guest).await, 0);
}

#[tokio::test]
async fn a_look_is_at_something_that_can_be_seen() {
    let client = shared().client();
    let host = client.somebody("Hana").await;
    let draft = host.lists(json!({"status": "draft"})).await;
    let guest = client.somebody("Gil").await;
    for id in [draft.id, Uuid::now_v7()] {
        guest.client.post_empty(&format!("/places/{id}/views")).await.expect_error(404, "not_found");
        guest.client.get(&format!("/places/{id}")).await.expect_error(404, "not_found");
    }
    assert_eq!(kept_views(shared(), &guest).await, 0);
}

#[tokio::test]
async fn a_look_may_have_a_key_and_has_no_version() {
    let client = shared().client();
    let place = client.somebody("Hana").await.lists(json!({})).await;
    let guest = client.somebody("Gil").await;
    let views = format!("/places/{}/views", place.id);
    let look = || guest.client.request(Method::POST, &views);
    for _ in 0..2 {
        let answer = guest.client.send(look().header("Idempotency-Key", "one-look")).await.expect(204);
        assert_eq!(answer.header("x-event-position"), None);
    }
    let conditional = look().header("If-Match", "\"1-x\"");
    guest.client.send(conditional).await.expect_error(400, "invalid_parameter");
    let body = json!({"seconds": 7});
    guest.client.post(&views, body).await.expect_error(422, "unknown_field");
}

#[tokio::test]
async fn views_are_no_part_of_the_history() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let place = client.somebody("Hana").await.lists(json!({})).await;
    let guest = client.somebody("Gil").await;
    let head = server.app.views.head().await.expect("the log can be read");
    guest.client.get(&format!("/places/{}", place.id)).await.expect(200);
    assert_eq!(kept_views(&server, &guest).await, 1);
    assert_eq!(server.app.views.head().await.expect("the log can be read"), head);
}

#[tokio::test]
async fn a_closed_account_s_views_are_forgotten() {
    let client = shared().client();
    let place = client.somebody("Hana").await.lists(json!({})).await;
    let (guest, other) = (client.somebody("Gil").await, client.somebody("Sol").await);
    for person in [&guest, &other] {
        person.client.get(&format!("/places/{}", place.id)).await.expect(200);
        assert_eq!(kept_views(shared(), person).await, 1);
    }
    guest.client.delete("/users/me").await.expect(204);
    eventually(|| async { (kept_views(shared(), &guest).await == 0).then_some(()) }).await;
    assert_eq!(kept_views(shared(), &other).await, 1);
}

#[tokio::test]
async fn a_read_does_not_depend_on_its_view_being_kept() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let place = client.somebody("Hana").await.lists(json!({})).await;
    let guest = client.somebody("Gil").await;
    sqlx::query("alter table place_views rename to gone").execute(server.app.pool()).await.expect("a table is renamed");
    let (page, views) = (format!("/places/{}", place.id), format!("/places/{}/views", place.id));
    guest.client.get(&page).await.expect(200);
    // Whoever says it by itself is told.
    guest.client.post_empty(&views).await.expect_error(503, "unavailable");
    commands::place::settle_views(&server.app.commands).await;
    sqlx::query("alter table gone rename to place_views").execute(server.app.pool()).await.expect("a table is renamed");
    assert_eq!(kept_views(&server, &guest).await, 0, "what could not be kept is lost");
    guest.client.post_empty(&views).await.expect(204);
    assert_eq!(kept_views(&server, &guest).await, 1);
}
