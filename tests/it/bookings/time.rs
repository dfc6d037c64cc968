//! What happens to bookings because time passes.

use harness::{Server, eventually};
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn a_request_nobody_answers_expires_and_frees_its_nights() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let host = client.somebody("Hal").await;
    let place = host.lists(json!({})).await;
    let guest = client.somebody("Ida").await;
    let request = guest.asks_for(&place, 10, 12).await.expect(201).id();

    server.clock.advance(SignedDuration::from_hours(25));
    // Sessions last an hour: everybody signs in anew.
    let (host, guest) = (client.sign_in(host.id, &host.email).await, client.sign_in(guest.id, &guest.email).await);
    // Whether or not the timer has run, the deadline holds.
    host.client.post_empty(&format!("/bookings/{request}/confirm")).await.expect_error(409, "invalid_transition");
    eventually(|| async {
        let booking = guest.client.get(&format!("/bookings/{request}")).await.expect(200);
        (booking.data()["status"] == "expired").then_some(())
    })
    .await;
    guest.asks_for(&place, 10, 12).await.expect(201);
}

#[tokio::test]
async fn a_stay_begins_completes_by_itself_and_cannot_be_cancelled_in_between() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let host = client.somebody("Hal").await;
    let place = host.lists(json!({"instant_book": true, "time_zone": "UTC"})).await;
    let guest = client.somebody("Ida").await;
    let stay = guest.asks_for(&place, 1, 3).await.expect(201).id();

    server.clock.advance(SignedDuration::from_hours(48));
    let guest = client.sign_in(guest.id, &guest.email).await;
    let cancel = guest.client.post(&format!("/bookings/{stay}/cancel"), json!({"reason": "Rain"})).await;
    cancel.expect_error(409, "stay_started");

    server.clock.advance(SignedDuration::from_hours(48));
    let guest = client.sign_in(guest.id, &guest.email).await;
    eventually(|| async {
        let booking = guest.client.get(&format!("/bookings/{stay}")).await.expect(200);
        (booking.data()["status"] == "completed").then_some(())
    })
    .await;
}
