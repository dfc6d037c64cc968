//! `/users/me`

use harness::{PASSWORD, shared};
use serde_json::json;

#[tokio::test]
async fn a_profile_is_merged_absent_keeps_and_null_clears() {
    let person = shared().client().somebody("Rosa").await;
    let change = json!({"phone": "+33 6 12 34 56 78", "locale": "fr", "time_zone": "Europe/Paris"});
    let changed = person.client.patch("/users/me", change).await.expect(200);
    assert_eq!(changed.data()["phone"], "+33612345678");
    assert_eq!(changed.data()["version"], 2);
    let cleared = person.client.patch("/users/me", json!({"phone": null})).await.expect(200);
    assert_eq!(cleared.data()["phone"], serde_json::Value::Null);
    assert_eq!(cleared.data()["locale"], "fr");
    assert_eq!(cleared.data()["time_zone"], "Europe/Paris");
}

#[tokio::test]
async fn preferences_are_replaced_as_a_whole_and_cleared_by_null() {
    let person = shared().client().somebody("Rosa").await;
    assert_eq!(person.client.get("/users/me").await.expect(200).data()["preferences"], serde_json::Value::Null);
    let set = async |preferences| person.client.patch("/users/me", json!({"preferences": preferences})).await;

    let first = json!({"email_booking": false, "digest_hour": 7, "theme": "dark"});
    assert_eq!(set(first.clone()).await.expect(200).data()["preferences"], first);
    let second = json!({"email_booking": true});
    assert_eq!(set(second.clone()).await.expect(200).data()["preferences"], second);
    set(json!({"nested": {"deep": 1}})).await.expect_error(422, "validation_failed");
    set(json!("all")).await.expect_error(422, "validation_failed");
    assert_eq!(set(json!(null)).await.expect(200).data()["preferences"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_name_cannot_be_cleared() {
    let person = shared().client().somebody("Rosa").await;
    let answer = person.client.patch("/users/me", json!({"first_name": null})).await.expect(422);
    assert_eq!(answer.body["errors"][0]["code"], "not_nullable");
}

#[tokio::test]
async fn a_change_that_changes_nothing_makes_no_version() {
    let person = shared().client().somebody("Rosa").await;
    let answer = person.client.patch("/users/me", json!({"first_name": "Rosa"})).await.expect(200);
    assert_eq!(answer.data()["version"], 1);
}

#[tokio::test]
async fn a_closed_account_is_gone_with_its_sessions_its_places_and_its_address() {
    let client = shared().client();
    let host = client.somebody("Rosa").await;
    let place = host.lists(json!({})).await;
    let guest = client.somebody("Karl").await;
    let pending = guest.asks_for(&place, 20, 22).await.expect(201).id();

    host.client.delete("/users/me").await.expect(204);
    client
        .post("/auth/login", json!({"email": host.email, "password": PASSWORD}))
        .await
        .expect_error(401, "unauthenticated");
    let body = json!({"email": host.email, "password": PASSWORD, "first_name": "Rosa", "last_name": "Again"});
    client.post("/auth/register", body).await.expect(201);
    // Jobs archive the place and decline its requests.
    let declined = harness::eventually(|| async {
        let booking = guest.client.get(&format!("/bookings/{pending}")).await.expect(200);
        (booking.data()["status"] == "declined").then_some(booking)
    });
    assert_eq!(declined.await.data()["timeline"][1]["by"], "system");
    client.get(&format!("/places/{}", place.id)).await.expect_error(404, "not_found");
}
