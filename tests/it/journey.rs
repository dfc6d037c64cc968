//! The whole way through the house: from an account to a stay that everybody can read back.

use harness::{booking, day, shared};
use serde_json::json;

#[tokio::test]
async fn somebody_registers_signs_in_lists_a_place_and_a_guest_books_it() {
    let anyone = shared().client();
    let host = anyone.somebody("Hélène").await;
    let place = host.lists(json!({"title": "Loft under the roofs", "price": 120.5})).await;
    let guest = anyone.somebody("Ibrahim").await;

    let request = guest.client.post("/bookings", booking(place.id, 10, 13)).await.expect(201);
    let id = request.id();
    assert_eq!(request.header("location"), Some(format!("/api/v1/bookings/{id}").as_str()));
    assert_eq!(request.data()["status"], "pending");
    assert_eq!(request.data()["total_price"], json!({"amount": "361.50", "currency": "EUR"}));

    host.client.post_empty(&format!("/bookings/{id}/confirm")).await.expect(200);
    let seen = guest.client.get(&format!("/bookings/{id}")).await.expect(200);
    assert_eq!(seen.data()["status"], "confirmed");
    let types: Vec<_> = seen.data()["timeline"].as_array().expect("a timeline").iter().map(|e| &e["type"]).collect();
    assert_eq!(types, ["requested", "confirmed"]);

    let path = format!("/places/{}/availability?from={}&to={}", place.id, day(9), day(14));
    let nights = anyone.get(&path).await.expect(200);
    let taken: Vec<_> = nights.data()["nights"].as_array().expect("nights").iter().map(|n| &n["available"]).collect();
    assert_eq!(taken, [true, false, false, false, true]);
}
