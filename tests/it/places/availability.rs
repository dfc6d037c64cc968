//! `GET /places/{id}/availability`

use harness::{Answer, day, shared};
use serde_json::{Value, json};

fn reasons(answer: &Answer) -> Vec<Value> {
    answer.data()["nights"].as_array().expect("nights").iter().map(|night| night["reason"].clone()).collect()
}

#[tokio::test]
async fn strangers_learn_that_a_night_is_taken_and_the_owner_by_what() {
    let client = shared().client();
    let host = client.somebody("Vera").await;
    let place = host.lists(json!({})).await;
    let guest = client.somebody("Wim").await;
    let pending = guest.asks_for(&place, 10, 11).await.expect(201).id();
    let booked = guest.asks_for(&place, 11, 12).await.expect(201).id();
    host.client.post_empty(&format!("/bookings/{booked}/confirm")).await.expect(200);
    let block = json!({"from": day(12), "to": day(13)});
    host.client.post(&format!("/places/{}/blocks", place.id), block).await.expect(201);

    let path = format!("/places/{}/availability?from={}&to={}", place.id, day(10), day(14));
    let strangers = client.get(&path).await.expect(200);
    assert_eq!(reasons(&strangers), [json!("taken"), json!("taken"), json!("taken"), Value::Null]);
    assert!(!strangers.body.to_string().contains(&pending.to_string()));
    let own = host.client.get(&path).await.expect(200);
    assert_eq!(reasons(&own), [json!("pending"), json!("booked"), json!("blocked"), Value::Null]);
    assert_eq!(own.data()["available"], false);
}

#[tokio::test]
async fn yesterday_is_past_and_beyond_two_years_is_too_far() {
    let client = shared().client();
    let place = client.somebody("Vera").await.lists(json!({"time_zone": "UTC"})).await;
    let at = |from, to| format!("/places/{}/availability?from={}&to={}", place.id, day(from), day(to));
    // Tonight depends on the hour: it is past from check-in time on.
    assert_eq!(reasons(&client.get(&at(-1, 0)).await.expect(200)), [json!("past")]);
    assert_eq!(reasons(&client.get(&at(1, 2)).await.expect(200)), [Value::Null]);
    assert_eq!(reasons(&client.get(&at(800, 801)).await.expect(200)), [json!("too_far")]);
    client.get(&at(0, 401)).await.expect_error(400, "invalid_parameter");
    client.get(&at(3, 3)).await.expect_error(400, "invalid_parameter");
}
