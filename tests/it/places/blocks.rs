//! `/places/{id}/blocks`

use harness::{day, shared};
use serde_json::json;

#[tokio::test]
async fn blocked_nights_cannot_be_booked_until_they_are_given_back() {
    let client = shared().client();
    let host = client.somebody("Tariq").await;
    let place = host.lists(json!({})).await;
    let guest = client.somebody("Uma").await;
    let path = format!("/places/{}/blocks", place.id);
    let block = json!({"from": day(10), "to": day(14), "reason": "Painters"});
    let block = host.client.post(&path, block).await.expect(201);
    assert_eq!(block.data()["reason"], "Painters");
    let made = format!("{path}/{}", block.id());
    assert_eq!(host.client.get(&made).await.expect(200).data(), block.data());

    guest.asks_for(&place, 13, 15).await.expect_error(409, "nights_unavailable");
    guest.asks_for(&place, 14, 15).await.expect(201);
    host.client.delete(&made).await.expect(204);
    host.client.get(&made).await.expect_error(404, "not_found");
    guest.asks_for(&place, 12, 14).await.expect(201);
    let left = host.client.get(&path).await.expect(200);
    assert_eq!(left.data()["items"], json!([]));
}

#[tokio::test]
async fn nights_of_a_booking_cannot_be_blocked() {
    let client = shared().client();
    let host = client.somebody("Tariq").await;
    let place = host.lists(json!({})).await;
    client.somebody("Uma").await.asks_for(&place, 10, 12).await.expect(201);
    let path = format!("/places/{}/blocks", place.id);
    let block = |from, to| json!({"from": day(from), "to": day(to)});
    host.client.post(&path, block(11, 13)).await.expect_error(409, "nights_unavailable");
    host.client.post(&path, block(12, 13)).await.expect(201);
}

#[tokio::test]
async fn blocks_are_the_owner_s_alone() {
    let client = shared().client();
    let host = client.somebody("Tariq").await;
    let place = host.lists(json!({})).await;
    let stranger = client.somebody("Mallory").await;
    let path = format!("/places/{}/blocks", place.id);
    stranger.client.get(&path).await.expect_error(403, "forbidden");
    stranger.client.post(&path, json!({"from": day(1), "to": day(2)})).await.expect_error(403, "forbidden");
}
