//! `GET /places/{id}/price`

use harness::{Server, day, shared};
use serde_json::json;

#[tokio::test]
async fn the_price_shown_is_the_price_charged() {
    let client = shared().client();
    let host = client.somebody("Xenia").await;
    let place = host.lists(json!({"price": "33.33"})).await;
    let path = format!("/places/{}/price?check_in={}&check_out={}&guests=2", place.id, day(3), day(6));
    let shown = client.get(&path).await.expect(200).data().clone();
    assert_eq!(shown["total"], json!({"amount": "99.99", "currency": "EUR"}));
    assert_eq!(shown["lines"][0]["kind"], "nights");
    assert_eq!(shown["lines"][0]["quantity"], 3);
    let guest = client.somebody("Yann").await;
    let charged = guest.asks_for(&place, 3, 6).await.expect(201);
    assert_eq!(charged.data()["price"]["total"], shown["total"]);
    assert_eq!(charged.data()["price"]["lines"], shown["lines"]);
}

#[tokio::test]
async fn telling_a_price_does_not_go_through_the_places_history() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let place = client.somebody("Xenia").await.lists(json!({"price": "40.00"})).await;
    // Whoever reads it again fails.
    let spoilt = sqlx::query("update events set event_version = 'none' where aggregate_type = 'place'");
    assert_eq!(spoilt.execute(server.app.pool()).await.expect("the log takes it").rows_affected(), 1);
    let path = format!("/places/{}/price?check_in={}&check_out={}", place.id, day(3), day(6));
    let shown = client.get(&path).await.expect(200);
    assert_eq!(shown.data()["total"]["amount"], "120.00");
}

#[tokio::test]
async fn a_booking_keeps_its_price_when_the_place_changes_its_own() {
    let client = shared().client();
    let host = client.somebody("Xenia").await;
    let place = host.lists(json!({"price": "50.00"})).await;
    let guest = client.somebody("Yann").await;
    let booking = guest.asks_for(&place, 3, 5).await.expect(201).id();
    host.client.patch(&format!("/places/{}", place.id), json!({"price": "80.00"})).await.expect(200);
    let kept = guest.client.get(&format!("/bookings/{booking}")).await.expect(200);
    assert_eq!(kept.data()["total_price"]["amount"], "100.00");
}

#[tokio::test]
async fn a_stay_that_ends_before_it_begins_is_a_bad_parameter() {
    let client = shared().client();
    let place = client.somebody("Xenia").await.lists(json!({"min_nights": 2})).await;
    let price = async |from, to| {
        client.get(&format!("/places/{}/price?check_in={}&check_out={}", place.id, day(from), day(to))).await
    };
    price(6, 6).await.expect_error(400, "invalid_parameter");
    price(6, 5).await.expect_error(400, "invalid_parameter");
    price(6, 7).await.expect_error(422, "validation_failed");
}
