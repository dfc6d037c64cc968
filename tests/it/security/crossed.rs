//! Two tenants crossed: the things of one reached through those of the other.

use harness::Answer;
use serde_json::{Value, json};

use super::world::World;

fn ids(answer: &Answer, name: &str) -> Vec<Value> {
    let items = answer.data()["items"].as_array().expect("a list");
    items.iter().map(|item| item[name].clone()).collect()
}

#[tokio::test]
async fn a_host_cannot_reach_another_s_block_through_its_own_place() {
    let World { tenant, other, .. } = &World::new().await;
    let crossed = format!("/places/{}/blocks/{}", other.place.id, tenant.block);
    other.host.client.delete(&crossed).await.expect_error(404, "not_found");
    let blocks = tenant.host.client.get(&format!("/places/{}/blocks", tenant.place.id)).await.expect(200);
    assert_eq!(ids(&blocks, "id"), [json!(tenant.block)]);
}

#[tokio::test]
async fn filters_do_not_widen_what_a_list_shows() {
    let World { tenant, other, .. } = &World::new().await;
    for person in [&other.host, &other.guest] {
        for query in ["", "?role=host", "?role=guest"] {
            let bookings = person.client.get(&format!("/bookings{query}")).await.expect(200);
            assert!(!ids(&bookings, "id").contains(&json!(tenant.booking)), "{query}");
        }
        let of_place = person.client.get(&format!("/bookings?place_id={}", tenant.place.id)).await.expect(200);
        assert_eq!(of_place.data()["items"], json!([]));
        assert_eq!(of_place.data()["total"], 0);
    }
    let own = other.host.client.get("/users/me/places").await.expect(200);
    assert!(ids(&own, "owner_id").iter().all(|owner| *owner == json!(other.host.id)));
}

#[tokio::test]
async fn an_idempotency_key_is_of_the_one_who_used_it() {
    let World { tenant, other, .. } = &World::new().await;
    let body = json!({"title": "A room with a view", "price": "45.00"});
    let first = tenant.host.client.post_once("/places", "one-key", body.clone()).await.expect(201);
    let second = other.host.client.post_once("/places", "one-key", body).await.expect(201);
    assert_ne!(first.id(), second.id());
    assert_eq!(second.header("idempotency-replayed"), None);
    assert_eq!(second.data()["owner_id"], json!(other.host.id));
}
