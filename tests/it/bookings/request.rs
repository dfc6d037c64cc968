//! `POST /bookings`

use harness::{booking, day, shared};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn a_request_waits_for_the_host_and_holds_its_nights() {
    let client = shared().client();
    let place = client.somebody("Aïda").await.lists(json!({})).await;
    let guest = client.somebody("Bo").await;
    let request = guest.asks_for(&place, 10, 13).await.expect(201);
    for (key, value) in [
        ("status", json!("pending")),
        ("nights", json!(3)),
        ("guests", json!(2)),
        ("host_id", json!(place.host.id)),
        ("guest_id", json!(guest.id)),
        ("cancellation", Value::Null),
        ("time_zone", json!("Europe/Paris")),
    ] {
        assert_eq!(request.data()[key], value, "{key}");
    }
    assert!(request.data()["expires_at"].is_string());
    client.somebody("Cy").await.asks_for(&place, 12, 14).await.expect_error(409, "nights_unavailable");
}

#[tokio::test]
async fn nights_are_half_open_the_day_of_departure_is_free() {
    let client = shared().client();
    let place = client.somebody("Aïda").await.lists(json!({})).await;
    let guest = client.somebody("Bo").await;
    guest.asks_for(&place, 10, 12).await.expect(201);
    guest.asks_for(&place, 12, 14).await.expect(201);
    guest.asks_for(&place, 8, 10).await.expect(201);
}

#[tokio::test]
async fn an_instant_place_confirms_at_once() {
    let client = shared().client();
    let place = client.somebody("Aïda").await.lists(json!({"instant_book": true})).await;
    let request = client.somebody("Bo").await.asks_for(&place, 10, 12).await.expect(201);
    assert_eq!(request.data()["status"], "confirmed");
    assert_eq!(request.data()["expires_at"], Value::Null);
    assert_eq!(request.data()["timeline"][1]["by"], "system");
}

#[tokio::test]
async fn a_draft_stays_its_hosts_secret_once_it_is_archived() {
    let client = shared().client();
    let host = client.somebody("Aïda").await;
    let stranger = client.somebody("Bo").await;
    let draft = host.lists(json!({"status": "draft"})).await;
    let listed = host.lists(json!({})).await;
    for place in [&draft, &listed] {
        host.client.delete(&format!("/places/{}", place.id)).await.expect(200);
    }
    stranger.asks_for(&draft, 10, 12).await.expect_error(404, "not_found");
    stranger.asks_for(&listed, 10, 12).await.expect_error(409, "not_bookable");
}

#[tokio::test]
async fn every_rule_of_the_place_that_is_broken_is_named() {
    let client = shared().client();
    let place = client.somebody("Aïda").await.lists(json!({"capacity": 2, "min_nights": 3})).await;
    let mut body = booking(place.id, 5, 6);
    body["guests"] = json!(5);
    let answer =
        client.somebody("Bo").await.client.post("/bookings", body).await.expect_error(422, "validation_failed");
    let codes: Vec<_> = answer.body["errors"].as_array().expect("errors").iter().map(|e| &e["code"]).collect();
    assert_eq!(codes, ["too_few_nights", "above_capacity"]);
}

#[tokio::test]
async fn dates_that_are_no_stay_are_refused() {
    let client = shared().client();
    let place = client.somebody("Aïda").await.lists(json!({})).await;
    let guest = client.somebody("Bo").await;
    for (from, to) in [(3, 3), (4, 3), (-2, 1), (10, 800)] {
        guest.asks_for(&place, from, to).await.expect_error(422, "validation_failed");
    }
    let body = json!({"place_id": place.id, "check_in": "tomorrow", "check_out": day(3), "guests": 1});
    guest.client.post("/bookings", body).await.expect_error(422, "validation_failed");
}

#[tokio::test]
async fn nobody_books_the_own_place_or_one_that_is_not_there() {
    let client = shared().client();
    let host = client.somebody("Aïda").await;
    let place = host.lists(json!({})).await;
    host.asks_for(&place, 3, 5).await.expect_error(409, "own_place");
    host.client.post("/bookings", booking(Uuid::now_v7(), 3, 5)).await.expect_error(404, "not_found");
    let draft = host.lists(json!({"status": "draft"})).await;
    client.somebody("Bo").await.asks_for(&draft, 3, 5).await.expect_error(404, "not_found");
}

#[tokio::test]
async fn a_repeat_under_one_key_has_one_effect() {
    let client = shared().client();
    let place = client.somebody("Aïda").await.lists(json!({})).await;
    let guest = client.somebody("Bo").await;
    let key = Uuid::now_v7().to_string();
    let body = booking(place.id, 10, 12);
    let first = guest.client.post_once("/bookings", &key, body.clone()).await.expect(201);
    let again = guest.client.post_once("/bookings", &key, body.clone()).await.expect(201);
    assert_eq!(again.id(), first.id());
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.header("x-event-position"), first.header("x-event-position"));
    let other = booking(place.id, 20, 22);
    guest.client.post_once("/bookings", &key, other).await.expect_error(422, "idempotency_key_reused");
    // Another's key of the same name is another key.
    client.somebody("Cy").await.client.post_once("/bookings", &key, body).await.expect_error(409, "nights_unavailable");
}

#[tokio::test]
async fn concurrent_repeats_have_one_effect() {
    let client = shared().client();
    let place = client.somebody("Aïda").await.lists(json!({})).await;
    let guest = client.somebody("Bo").await;
    let key = Uuid::now_v7().to_string();
    let repeats = (0..8).map(|_| guest.client.post_once("/bookings", &key, booking(place.id, 10, 12)));
    let answers = futures::future::join_all(repeats).await;
    let ids: std::collections::BTreeSet<_> = answers.into_iter().map(|answer| answer.expect(201).id()).collect();
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn a_refused_request_may_be_made_again_under_its_key() {
    let client = shared().client();
    let host = client.somebody("Aïda").await;
    let place = host.lists(json!({})).await;
    let first = client.somebody("Bo").await;
    let taken = first.asks_for(&place, 10, 12).await.expect(201).id();
    let guest = client.somebody("Cy").await;
    let key = Uuid::now_v7().to_string();
    let body = booking(place.id, 10, 12);
    guest.client.post_once("/bookings", &key, body.clone()).await.expect_error(409, "nights_unavailable");
    host.client.post_empty(&format!("/bookings/{taken}/decline")).await.expect(200);
    guest.client.post_once("/bookings", &key, body).await.expect(201);
}
