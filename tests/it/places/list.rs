//! `GET /places`

use harness::{Answer, Client, day, shared};
use serde_json::json;
use uuid::Uuid;

/// A city of the test's own, so that others' places are out of the way.
fn city() -> String {
    format!("Ville-é {}", Uuid::now_v7().simple())
}

fn ids(answer: &Answer) -> Vec<Uuid> {
    let items = answer.data()["items"].as_array().expect("items");
    items.iter().map(|item| item["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")).collect()
}

async fn list(client: &Client, query: &[(&str, &str)]) -> Answer {
    client.send(client.request(reqwest::Method::GET, "/places").query(query)).await
}

#[tokio::test]
async fn newest_first_in_pages_and_by_cursor() {
    let client = shared().client();
    let host = client.somebody("Zoé").await;
    let city = city();
    let mut places = Vec::new();
    for _ in 0..5 {
        places.push(host.lists(json!({"city": city})).await.id);
    }
    places.reverse();
    let first = list(&client, &[("location", &city), ("per_page", "2")]).await.expect(200);
    assert_eq!(ids(&first), places[..2]);
    for (key, value) in [("total", 5), ("page", 1), ("per_page", 2), ("pages", 3)] {
        assert_eq!(first.data()[key], value, "{key}");
    }
    let cursor = first.data()["next_cursor"].as_str().expect("a cursor");
    let second = list(&client, &[("location", &city), ("per_page", "2"), ("cursor", cursor)]).await.expect(200);
    assert_eq!(ids(&second), places[2..4]);
    let last = list(&client, &[("location", &city), ("per_page", "2"), ("page", "3")]).await.expect(200);
    assert_eq!(ids(&last), places[4..]);
    assert!(last.data()["next_cursor"].is_null());
    let beyond = list(&client, &[("location", &city), ("page", "9")]).await.expect(200);
    assert_eq!(ids(&beyond), Vec::<Uuid>::new());
    list(&client, &[("location", "elsewhere"), ("cursor", cursor)]).await.expect_error(400, "invalid_parameter");
}

#[tokio::test]
async fn a_city_is_found_without_its_accents_and_case() {
    let client = shared().client();
    let city = city();
    let place = client.somebody("Zoé").await.lists(json!({"city": city})).await;
    let plain = city.replace('é', "E").to_uppercase();
    assert_eq!(ids(&list(&client, &[("location", &plain)]).await.expect(200)), [place.id]);
}

#[tokio::test]
async fn around_a_point_within_a_radius() {
    let client = shared().client();
    let host = client.somebody("Zoé").await;
    let city = city();
    // About 0 and 22 km from the point, by the coordinates that strangers see.
    let near = host.lists(json!({"city": city, "latitude": -54.80, "longitude": -68.30})).await.id;
    let far = host.lists(json!({"city": city, "latitude": -54.60, "longitude": -68.30})).await.id;
    let within = async |radius: &str| {
        let answer = list(&client, &[("location", "-54.80,-68.30"), ("radius", radius), ("per_page", "100")]).await;
        ids(&answer.expect(200))
    };
    let (ten, thirty) = (within("10").await, within("30").await);
    assert!(ten.contains(&near) && !ten.contains(&far));
    assert!(thirty.contains(&near) && thirty.contains(&far));
}

#[tokio::test]
async fn filters_narrow_by_price_guests_amenities_and_free_nights() {
    let client = shared().client();
    let host = client.somebody("Zoé").await;
    let city = city();
    let cheap = host.lists(json!({"city": city, "price": "50", "capacity": 2, "amenities": ["wifi"]})).await;
    let grand = host.lists(json!({"city": city, "price": "200", "capacity": 8, "amenities": ["wifi", "pool"]})).await;
    let found = async |filter: &[(&str, &str)]| {
        let query: Vec<_> = [&[("location", city.as_str())], filter].concat();
        ids(&list(&client, &query).await.expect(200))
    };
    assert_eq!(found(&[("price_max", "100")]).await, [cheap.id]);
    assert_eq!(found(&[("price_min", "50.01")]).await, [grand.id]);
    assert_eq!(found(&[("guests", "3")]).await, [grand.id]);
    assert_eq!(found(&[("amenities", "wifi,pool")]).await, [grand.id]);
    assert_eq!(found(&[("amenities[]", "wifi"), ("amenities[]", "pool")]).await, [grand.id]);
    client.somebody("Guest").await.asks_for(&cheap, 10, 12).await.expect(201);
    assert_eq!(found(&[("check_in", &day(11)), ("check_out", &day(13))]).await, [grand.id]);
    assert_eq!(found(&[("check_in", &day(12)), ("check_out", &day(13))]).await, [grand.id, cheap.id]);
}

#[tokio::test]
async fn parameters_that_mean_nothing_are_refused() {
    let client = shared().client();
    list(&client, &[("colour", "blue")]).await.expect_error(400, "unknown_parameter");
    for (name, value) in
        [("per_page", "101"), ("page", "0"), ("price_min", "cheap"), ("radius", "501"), ("cursor", "x")]
    {
        list(&client, &[(name, value)]).await.expect_error(400, "invalid_parameter");
    }
    for (arrival, departure) in [(-3, 2), (740, 745)] {
        let (check_in, check_out) = (day(arrival), day(departure));
        list(&client, &[("check_in", &check_in), ("check_out", &check_out)])
            .await
            .expect_error(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn whoever_wants_to_see_more_than_ten_thousand_asks_with_a_cursor() {
    let client = shared().client();
    client.get("/places?page=100&per_page=100").await.expect(200);
    client.get("/places?page=101&per_page=100").await.expect_error(400, "use_cursor");
}
