//! `POST /places`

use harness::shared;
use serde_json::{Value, json};

#[tokio::test]
async fn a_place_gets_its_defaults_and_its_zone_from_its_coordinates() {
    let host = shared().client().somebody("Inès").await;
    let body = json!({"title": "Casa 東京 🏠", "price": "99.90", "latitude": 35.6895, "longitude": 139.6917});
    let place = host.client.post("/places", body).await.expect(201);
    let data = place.data();
    for (key, value) in [
        ("title", json!("Casa 東京 🏠")),
        ("price", json!({"amount": "99.90", "currency": "EUR"})),
        ("status", json!("listed")),
        ("time_zone", json!("Asia/Tokyo")),
        ("check_in_time", json!("15:00")),
        ("check_out_time", json!("11:00")),
        ("min_nights", json!(1)),
        ("max_nights", json!(365)),
        ("location_precision", json!("approximate")),
        ("instant_book", json!(false)),
        ("description", Value::Null),
        ("amenities", json!([])),
        ("version", json!(1)),
    ] {
        assert_eq!(data[key], value, "{key}");
    }
}

#[tokio::test]
async fn money_is_a_decimal_never_a_float() {
    let host = shared().client().somebody("Inès").await;
    for (price, currency, amount) in [
        (json!("0.10"), "EUR", "0.10"),
        (json!(19.99), "USD", "19.99"),
        (json!("15000"), "JPY", "15000"),
        (json!(1e2), "EUR", "100.00"),
    ] {
        let body = json!({"title": "A room", "price": price, "currency": currency});
        let place = host.client.post("/places", body).await.expect(201);
        assert_eq!(place.data()["price"], json!({"amount": amount, "currency": currency}));
    }
    for (price, code) in [
        (json!("1.001"), "too_precise"),
        (json!("0"), "not_positive"),
        (json!("1000000.01"), "too_large"),
        (json!("ten"), "invalid_amount"),
    ] {
        let body = json!({"title": "A room", "price": price});
        let answer = host.client.post("/places", body).await.expect(422);
        assert_eq!(answer.body["errors"][0]["code"], code, "{price}");
    }
}

#[tokio::test]
async fn strangers_see_about_where_it_is_and_no_address() {
    let client = shared().client();
    let host = client.somebody("Inès").await;
    let overrides = json!({"latitude": 48.87224, "longitude": 2.36771, "address": "12 quai de Valmy"});
    let place = host.lists(overrides).await;
    let path = format!("/places/{}", place.id);
    let strangers = client.get(&path).await.expect(200);
    assert_eq!((&strangers.data()["latitude"], &strangers.data()["longitude"]), (&json!(48.87), &json!(2.37)));
    assert!(strangers.data().get("address").is_none());
    let own = host.client.get(&path).await.expect(200);
    assert_eq!(own.data()["latitude"], 48.87224);
    assert_eq!(own.data()["address"], "12 quai de Valmy");
}

#[tokio::test]
async fn a_confirmed_guest_sees_the_address() {
    let client = shared().client();
    let host = client.somebody("Inès").await;
    let place = host.lists(json!({"address": "12 quai de Valmy", "instant_book": true})).await;
    let guest = client.somebody("Omar").await;
    let path = format!("/places/{}", place.id);
    assert!(guest.client.get(&path).await.expect(200).data().get("address").is_none());
    guest.asks_for(&place, 5, 7).await.expect(201);
    assert_eq!(guest.client.get(&path).await.expect(200).data()["address"], "12 quai de Valmy");
}

#[tokio::test]
async fn coordinates_come_as_a_pair_within_the_globe() {
    let host = shared().client().somebody("Inès").await;
    for coordinates in [json!({"latitude": 10}), json!({"longitude": 10}), json!({"latitude": 91, "longitude": 0})] {
        let mut body = json!({"title": "A room", "price": "10"});
        body.as_object_mut().expect("an object").extend(coordinates.as_object().expect("an object").clone());
        host.client.post("/places", body).await.expect_error(422, "validation_failed");
    }
}
