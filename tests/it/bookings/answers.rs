//! `POST /bookings/{id}/confirm`, `/decline`, `/cancel`, `/complete`

use harness::{Person, Place, shared};
use serde_json::json;
use uuid::Uuid;

async fn scene() -> (Person, Place, Person, Uuid) {
    let client = shared().client();
    let host = client.somebody("Dora").await;
    let place = host.lists(json!({})).await;
    let guest = client.somebody("Emil").await;
    let booking = guest.asks_for(&place, 10, 12).await.expect(201).id();
    (host, place, guest, booking)
}

#[tokio::test]
async fn the_host_confirms_and_the_guest_cannot() {
    let (host, _, guest, booking) = scene().await;
    let path = format!("/bookings/{booking}/confirm");
    guest.client.post_empty(&path).await.expect_error(403, "forbidden");
    let confirmed = host.client.post_empty(&path).await.expect(200);
    assert_eq!(confirmed.data()["status"], "confirmed");
    host.client.post_empty(&path).await.expect_error(409, "invalid_transition");
}

#[tokio::test]
async fn a_stranger_learns_nothing() {
    let (.., booking) = scene().await;
    let stranger = shared().client().somebody("Mallory").await;
    stranger.client.get(&format!("/bookings/{booking}")).await.expect_error(404, "not_found");
    for verb in ["confirm", "decline", "complete"] {
        stranger.client.post_empty(&format!("/bookings/{booking}/{verb}")).await.expect_error(404, "not_found");
    }
    let cancel = stranger.client.post(&format!("/bookings/{booking}/cancel"), json!({"reason": "mine"})).await;
    cancel.expect_error(404, "not_found");
}

#[tokio::test]
async fn a_declined_request_frees_its_nights() {
    let (host, place, guest, booking) = scene().await;
    let declined = host.client.post(&format!("/bookings/{booking}/decline"), json!({"reason": "Painters"})).await;
    assert_eq!(declined.expect(200).data()["status"], "declined");
    guest.asks_for(&place, 10, 12).await.expect(201);
}

#[tokio::test]
async fn guest_and_host_cancel_with_a_reason_and_the_nights_are_free() {
    for by_host in [false, true] {
        let (host, place, guest, booking) = scene().await;
        host.client.post_empty(&format!("/bookings/{booking}/confirm")).await.expect(200);
        let path = format!("/bookings/{booking}/cancel");
        let by = if by_host { &host } else { &guest };
        by.client.post(&path, json!({})).await.expect_error(422, "validation_failed");
        let cancelled = by.client.post(&path, json!({"reason": "Illness"})).await.expect(200);
        let cancellation = &cancelled.data()["cancellation"];
        assert_eq!(cancellation["by"], if by_host { "host" } else { "guest" });
        assert_eq!(cancellation["reason"], "Illness");
        guest.asks_for(&place, 10, 12).await.expect(201);
    }
}

#[tokio::test]
async fn a_stay_is_not_completed_before_it_is_over() {
    let (host, _, _, booking) = scene().await;
    host.client.post_empty(&format!("/bookings/{booking}/confirm")).await.expect(200);
    host.client.post_empty(&format!("/bookings/{booking}/complete")).await.expect_error(409, "invalid_transition");
}
