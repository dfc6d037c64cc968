//! `GET /places/{id}/similar`

use harness::{Answer, Client, Person, Place, shared};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ids;

/// A place for 100.00 euros, shown exactly where it is, where no other test has one.
async fn lists(host: &Person, overrides: Value) -> Place {
    let mut place = json!({
        "price": "100.00", "latitude": -48.0, "longitude": -123.0, "location_precision": "exact", "city": "Point Nemo",
    });
    let (all, own) = (place.as_object_mut().expect("an object"), overrides.as_object().expect("an object"));
    all.extend(own.clone());
    host.lists(place).await
}

async fn similar(client: &Client, place: &Place) -> Answer {
    client.get(&format!("/places/{}/similar", place.id)).await.expect(200)
}

async fn sorted(client: &Client, place: &Place) -> Vec<Uuid> {
    let mut found = ids(&similar(client, place).await);
    found.sort();
    found
}

#[tokio::test]
async fn a_fifth_dearer_or_cheaper_is_similar_and_a_cent_more_is_not() {
    let host = shared().client().somebody("Hana").await;
    let at = |price: &str| json!({"price": price, "longitude": -120.0});
    let place = lists(&host, at("100.00")).await;
    let mut expected = Vec::new();
    for price in ["80.00", "120.00"] {
        expected.push(lists(&host, at(price)).await.id);
    }
    for price in ["79.99", "120.01"] {
        lists(&host, at(price)).await;
    }
    lists(&host, json!({"price": "100.00", "currency": "USD", "longitude": -120.0})).await;
    assert_eq!(sorted(&shared().client(), &place).await, expected);
}

#[tokio::test]
async fn under_five_kilometres_away_is_near() {
    let host = shared().client().somebody("Hana").await;
    let at = |latitude: f64| json!({"latitude": latitude, "longitude": -121.0});
    let place = lists(&host, at(-48.0)).await;
    // A degree of latitude is 111.1951 km: five kilometres are 0.0449660 degrees.
    let near = lists(&host, at(-48.044_965)).await;
    lists(&host, at(-48.044_967)).await;
    let found = similar(&shared().client(), &place).await;
    assert_eq!(ids(&found), [near.id]);
    assert_eq!(found.data()["items"][0]["distance_km"], 4.99);
}

#[tokio::test]
async fn places_are_where_strangers_see_them() {
    let host = shared().client().somebody("Hana").await;
    let at = |latitude: f64| json!({"latitude": latitude, "longitude": -122.0, "location_precision": "approximate"});
    // Truly 4.6 km from each other; shown at -48.00 and -48.05.
    let place = lists(&host, at(-48.004_9)).await;
    lists(&host, at(-48.046)).await;
    assert!(ids(&similar(&shared().client(), &place).await).is_empty());
    // The host learns no more than others.
    assert!(ids(&similar(&host.client, &place).await).is_empty());
}

#[tokio::test]
async fn ten_at_the_most_the_most_alike_first_with_reasons_in_the_language_asked_for() {
    let (client, host) = (shared().client(), shared().client().somebody("Hana").await);
    let place = lists(&host, json!({"amenities": ["wifi", "kitchen"]})).await;
    for _ in 0..10 {
        lists(&host, json!({"price": "115.00", "latitude": -48.02})).await;
    }
    let twin = lists(&host, json!({"amenities": ["wifi", "kitchen"]})).await;
    let found = similar(&client, &place).await;
    let items = found.data()["items"].as_array().expect("a list");
    assert_eq!((items.len(), &found.data()["total"], &found.data()["next_cursor"]), (10, &json!(10), &Value::Null));
    let first = &items[0];
    assert_eq!((&first["id"], &first["distance_km"]), (&json!(twin.id), &json!(0.0)));
    assert_eq!(first["reasons"][0], json!({"code": "close_by", "text": "Close by"}));
    let score = |item: &Value| item["score"].as_f64().expect("a score");
    assert!(items.windows(2).all(|pair| score(&pair[0]) >= score(&pair[1])));
    assert!(items.iter().all(|item| (0.0..=1.0).contains(&score(item))));

    let path = format!("/places/{}/similar", place.id);
    let french = client.request(reqwest::Method::GET, &path).header("Accept-Language", "fr");
    let french = client.send(french).await.expect(200);
    assert_eq!(french.data()["items"][0]["reasons"][0], json!({"code": "close_by", "text": "Tout près"}));
    assert_eq!(ids(&french), ids(&found));
}

#[tokio::test]
async fn a_place_without_coordinates_has_its_city() {
    let host = shared().client().somebody("Hana").await;
    let city = format!("Nowhere {}", Uuid::now_v7().simple());
    let nowhere = || json!({"latitude": null, "longitude": null, "city": city});
    let place = lists(&host, nowhere()).await;
    let other = lists(&host, nowhere()).await;
    let found = similar(&shared().client(), &place).await;
    assert_eq!(ids(&found), [other.id]);
    let item = &found.data()["items"][0];
    assert_eq!((&item["distance_km"], &item["reasons"][0]["code"]), (&Value::Null, &json!("similar_price")));
    let homeless = lists(&host, json!({"latitude": null, "longitude": null, "city": null})).await;
    assert_eq!(similar(&shared().client(), &homeless).await.data()["total"], 0);
}

#[tokio::test]
async fn who_may_not_see_a_place_does_not_learn_what_is_like_it() {
    let client = shared().client();
    let host = client.somebody("Hana").await;
    let draft = lists(&host, json!({"status": "draft", "longitude": -119.0})).await;
    let listed = lists(&host, json!({"longitude": -119.0})).await;
    let path = format!("/places/{}/similar", draft.id);
    client.get(&path).await.expect_error(404, "not_found");
    assert_eq!(ids(&host.client.get(&path).await.expect(200)), [listed.id]);
    assert_eq!(similar(&client, &listed).await.data()["total"], 0, "a draft is proposed to nobody");
    client.get(&format!("{path}?page=1")).await.expect_error(400, "unknown_parameter");
}
