//! `GET /recommendations`

use harness::{Server, booking};
use reqwest::Method;
use serde_json::{Value, json};

use super::{ids, recommended};

#[tokio::test]
async fn who_has_not_signed_in_is_asked_to() {
    let client = harness::shared().client();
    client.get("/recommendations").await.expect_error(401, "unauthenticated");
    let person = client.somebody("Gil").await;
    person.client.get("/recommendations?limit=3").await.expect_error(400, "unknown_parameter");
}

#[tokio::test]
async fn a_newcomer_is_shown_what_there_is_the_newest_first() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let host = client.somebody("Hana").await;
    let (first, second) = (host.lists(json!({})).await, host.lists(json!({})).await);
    host.lists(json!({"status": "draft"})).await;
    let guest = client.somebody("Gil").await;
    let answer = guest.client.get("/recommendations").await.expect(200);
    assert_eq!(ids(&answer), [second.id, first.id]);
    assert!(answer.header("cache-control").is_some_and(|value| value.contains("private")));
    let item = &answer.data()["items"][0];
    assert_eq!(item["reasons"], json!([{"code": "new", "text": "New here"}]));
    assert_eq!((&item["distance_km"], &item["price"]["amount"]), (&Value::Null, &json!("120.00")));
    assert!(item.get("address").is_none());

    let french = guest.client.request(Method::GET, "/recommendations").header("Accept-Language", "fr-CA");
    let french = guest.client.send(french).await.expect(200);
    assert_eq!(french.data()["items"][0]["reasons"][0]["text"], "Nouveau");
    assert!(recommended(&host).await.is_empty(), "both are the host's own");
}

#[tokio::test]
async fn what_somebody_has_looked_at_is_not_recommended_any_more() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let host = client.somebody("Hana").await;
    let places = [host.lists(json!({})).await, host.lists(json!({})).await, host.lists(json!({})).await];
    let [first, second, third] = places.map(|place| place.id);
    let (guest, other) = (client.somebody("Gil").await, client.somebody("Sol").await);
    assert_eq!(recommended(&guest).await, [third, second, first]);
    guest.client.get(&format!("/places/{second}")).await.expect(200);
    assert_eq!(recommended(&guest).await, [third, first]);
    guest.client.post_empty(&format!("/places/{third}/views")).await.expect(204);
    assert_eq!(recommended(&guest).await, [first]);
    assert_eq!(recommended(&other).await, [third, second, first], "only who looked has seen it");
}

#[tokio::test]
async fn what_somebody_has_booked_is_not_recommended_until_it_comes_to_nothing() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let host = client.somebody("Hana").await;
    let place = host.lists(json!({})).await;
    let guest = client.somebody("Gil").await;
    let request = guest.client.post("/bookings", booking(place.id, 10, 12)).await.expect(201).id();
    assert!(recommended(&guest).await.is_empty());
    host.client.post_empty(&format!("/bookings/{request}/decline")).await.expect(200);
    assert_eq!(recommended(&guest).await, [place.id]);
}

#[tokio::test]
async fn what_is_like_the_places_somebody_looked_at_comes_first() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let host = client.somebody("Hana").await;
    let marseille = json!({"latitude": 43.30, "longitude": 5.37, "city": "Marseille", "amenities": ["pool"]});
    let (seen, alike) = (host.lists(marseille.clone()).await, host.lists(marseille).await);
    let newer = host.lists(json!({})).await;
    let guest = client.somebody("Gil").await;
    assert_eq!(recommended(&guest).await, [newer.id, alike.id, seen.id]);
    guest.client.get(&format!("/places/{}", seen.id)).await.expect(200);
    let answer = guest.client.get("/recommendations").await.expect(200);
    assert_eq!(ids(&answer), [alike.id, newer.id]);
    let codes = |item: &Value| {
        let reasons = item["reasons"].as_array().expect("reasons");
        reasons.iter().map(|reason| reason["code"].as_str().expect("a code").to_owned()).collect::<Vec<_>>()
    };
    let items = &answer.data()["items"];
    assert_eq!(codes(&items[0]), ["familiar_area", "liked_amenities", "usual_price", "new"]);
    assert_eq!(codes(&items[1]), ["usual_price", "new"]);
}

#[tokio::test]
async fn twenty_at_the_most_and_not_all_of_one_host() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let mut hosts = Vec::new();
    for places in [24, 2, 2] {
        let host = client.somebody("Hana").await;
        for _ in 0..places {
            host.lists(json!({})).await;
        }
        hosts.push(json!(host.id));
    }
    let guest = client.somebody("Gil").await;
    let answer = guest.client.get("/recommendations").await.expect(200);
    let items = answer.data()["items"].as_array().expect("a list");
    let of = |host: &Value| items.iter().filter(|item| item["owner_id"] == *host).count();
    // There are not enough others: these are all in, and the rest is filled up.
    assert_eq!(hosts.iter().map(of).collect::<Vec<_>>(), [16, 2, 2]);
    assert_eq!(answer.data()["total"], 20);
}
