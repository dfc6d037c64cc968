//! `POST /places/{id}/publish`, `/unpublish`, `DELETE /places/{id}`

use harness::{eventually, shared};
use serde_json::json;

#[tokio::test]
async fn a_draft_is_its_host_s_alone_until_it_is_published() {
    let client = shared().client();
    let host = client.somebody("Noor").await;
    let draft = host.lists(json!({"status": "draft"})).await;
    let path = format!("/places/{}", draft.id);
    client.get(&path).await.expect_error(404, "not_found");
    assert_eq!(host.client.get(&path).await.expect(200).data()["status"], "draft");
    host.client.post_empty(&format!("{path}/publish")).await.expect(200);
    client.get(&path).await.expect(200);
}

#[tokio::test]
async fn archiving_declines_requests_and_keeps_confirmed_stays() {
    let client = shared().client();
    let host = client.somebody("Noor").await;
    let place = host.lists(json!({})).await;
    let guest = client.somebody("Pia").await;
    let confirmed = guest.asks_for(&place, 10, 12).await.expect(201).id();
    host.client.post_empty(&format!("/bookings/{confirmed}/confirm")).await.expect(200);
    let pending = guest.asks_for(&place, 20, 22).await.expect(201).id();

    host.client.delete(&format!("/places/{}", place.id)).await.expect(200);

    eventually(|| async {
        let booking = guest.client.get(&format!("/bookings/{pending}")).await.expect(200);
        (booking.data()["status"] == "declined").then_some(())
    })
    .await;
    let kept = guest.client.get(&format!("/bookings/{confirmed}")).await.expect(200);
    assert_eq!(kept.data()["status"], "confirmed");
    guest.asks_for(&place, 30, 32).await.expect_error(409, "not_bookable");
    client.get(&format!("/places/{}", place.id)).await.expect_error(404, "not_found");
    host.client.post_empty(&format!("/places/{}/publish", place.id)).await.expect_error(409, "invalid_transition");
}

#[tokio::test]
async fn an_unlisted_place_takes_no_requests_until_it_is_published_again() {
    let client = shared().client();
    let host = client.somebody("Noor").await;
    let place = host.lists(json!({})).await;
    let guest = client.somebody("Pia").await;
    host.client.post_empty(&format!("/places/{}/unpublish", place.id)).await.expect(200);
    guest.asks_for(&place, 10, 12).await.expect_error(409, "not_bookable");
    host.client.post_empty(&format!("/places/{}/publish", place.id)).await.expect(200);
    guest.asks_for(&place, 10, 12).await.expect(201);
}
