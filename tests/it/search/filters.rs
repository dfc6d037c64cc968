//! Places by what they are; exactness over a whole world is [`super::world`]'s.

use std::time::Instant;

use futures::future::join_all;
use harness::{day, say};
use serde_json::json;

use super::{ENGINE, client, complete, ids, own_word, search};
use crate::search::{NOTHING, ask};

/// Guests who book at once, and how often each does.
const CROWD: usize = 24;
const STAYS: i64 = 8;

#[tokio::test]
async fn an_answer_tells_distance_price_of_the_stay_and_who_found_it() {
    let Some(client) = client() else { return };
    let host = client.somebody("Zoé").await;
    let city = own_word("Ville");
    host.lists(json!({"city": city, "latitude": -54.80, "longitude": -68.30, "price": "80.50"})).await;
    let query = [("location", "-54.80,-68.20"), ("check_in", &day(40)), ("check_out", &day(43)), ("q", &city)];
    let answer = search(&client, &query).await.expect(200);
    assert_eq!(answer.header("x-search-engine"), Some(ENGINE));
    let item = &answer.data()["items"][0];
    // A tenth of a degree of longitude at 54.8° south.
    assert_eq!(item["distance_km"], json!(6.41));
    assert_eq!(item["stay_price"]["total"], json!({"amount": "241.50", "currency": "EUR"}));
    assert_eq!(item["stay_price"]["lines"][0]["quantity"], 3);
    assert!(answer.data()["took_ms"].as_f64().is_some_and(|took| took > 0.0));
    let plain = search(&client, &[("q", &city)]).await.expect(200);
    assert!(plain.data()["items"][0]["distance_km"].is_null() && plain.data()["items"][0]["stay_price"].is_null());
}

#[tokio::test]
async fn facets_count_all_that_match_whatever_the_page() {
    let Some(client) = client() else { return };
    let host = client.somebody("Zoé").await;
    let word = own_word("quux");
    let lists = async |price: &str, currency: &str, amenities: &[&str], city: &str| {
        let place = json!({"title": word, "price": price, "currency": currency, "amenities": amenities, "city": city});
        host.lists(place).await
    };
    lists("20", "EUR", &["wifi"], "Orléans").await;
    lists("120", "EUR", &["wifi", "pool"], "ORLEANS").await;
    lists("149.99", "EUR", &[], "Tours").await;
    lists("12000", "JPY", &["wifi"], "Tours").await;

    let answer = search(&client, &[("q", &word), ("per_page", "1")]).await.expect(200);
    let data = answer.data();
    assert_eq!((&data["total"], &data["total_is_exact"], &data["pages"]), (&json!(4), &json!(true), &json!(4)));
    let facets = &data["facets"];
    let amenities: Vec<_> =
        facets["amenities"].as_array().expect("amenities").iter().map(|a| (&a["code"], &a["count"])).collect();
    assert_eq!(amenities, [(&json!("wifi"), &json!(3)), (&json!("pool"), &json!(1))]);
    let money = |amount: &str, currency: &str| json!({"amount": amount, "currency": currency});
    assert_eq!(
        facets["prices"],
        json!([
            {"from": money("0.00", "EUR"), "below": money("25.00", "EUR"), "count": 1},
            {"from": money("100.00", "EUR"), "below": money("150.00", "EUR"), "count": 2},
            {"from": money("10000", "JPY"), "below": money("15000", "JPY"), "count": 1},
        ])
    );
    let cities = facets["cities"].as_array().expect("cities");
    assert_eq!(cities.iter().map(|city| &city["count"]).collect::<Vec<_>>(), [2, 2]);
    assert!(cities.iter().any(|city| city["city"] == "ORLEANS"), "as the newest place writes it");
    assert_eq!(facets["ratings"], json!([{"from": null, "count": 4}]));

    let cursor = data["next_cursor"].as_str().expect("a cursor");
    let next = search(&client, &[("q", &word), ("per_page", "1"), ("cursor", cursor)]).await.expect(200);
    assert!(next.data()["facets"].is_null() && next.data()["total_is_exact"].is_null());
}

#[tokio::test]
async fn a_place_is_out_for_its_nights_once_its_booking_is_answered_and_back_when_it_is_cancelled() {
    let Some(client) = client() else { return };
    let (host, guest) = (client.somebody("Zoé").await, client.somebody("Gil").await);
    let word = own_word("quux");
    let place = host.lists(json!({"title": word})).await;
    let free = async |from: i64, to: i64| {
        let (check_in, check_out) = (day(from), day(to));
        let query = [("q", word.as_str()), ("check_in", &check_in), ("check_out", &check_out)];
        ids(&search(&client, &query).await.expect(200))
    };
    assert_eq!(free(50, 53).await, [place.id]);
    let booking = guest.asks_for(&place, 51, 52).await.expect(201);
    assert_eq!(free(50, 53).await, NOTHING);
    assert_eq!(free(49, 51).await, [place.id], "the night of departure is free");
    assert_eq!(free(52, 53).await, [place.id]);
    let cancelled =
        guest.client.post(&format!("/bookings/{}/cancel", booking.id()), json!({"reason": "Ill."})).await.expect(200);
    let position = cancelled.header("x-event-position").expect("a position");
    let (check_in, check_out) = (day(50), day(53));
    let request = client.request(reqwest::Method::GET, "/search/places").header("x-min-position", position);
    let request = request.query(&[("q", word.as_str()), ("check_in", &check_in), ("check_out", &check_out)]);
    assert_eq!(ids(&client.send(request).await.expect(200)), [place.id]);
}

/// Asked at once and by somebody else, whatever has reached the index by then, while everybody books as fast as the house
/// answers. The rate is printed.
#[tokio::test]
async fn however_many_book_at_once_each_place_is_out_as_soon_as_its_booking_is_answered() {
    let Some(client) = client() else { return };
    let host = client.somebody("Zoé").await;
    let mut crowd = Vec::new();
    for _ in 0..CROWD {
        let word = own_word("quux");
        let place = host.lists(json!({"title": word, "instant_book": true})).await;
        crowd.push((client.somebody("Gil").await, place, word));
    }
    search(&client, &[("q", &crowd[0].2)]).await.expect(200);
    let begun = Instant::now();
    let stays = crowd.iter().map(async |(guest, place, word)| {
        for stay in 0..STAYS {
            let (from, to) = (30 + 3 * stay, 32 + 3 * stay);
            guest.asks_for(place, from, to).await.expect(201);
            let free = async |from: i64, to: i64| {
                let (check_in, check_out) = (day(from), day(to));
                let query = [("q", word.as_str()), ("check_in", &check_in), ("check_out", &check_out)];
                ids(&ask(&client, &query, None).await.expect(200))
            };
            assert_eq!(free(from + 1, to + 1).await, NOTHING, "stay {stay} at {word}");
            assert_eq!(free(to, to + 1).await, [place.id], "the night after is free");
        }
    });
    join_all(stays).await;
    let (bookings, took) = (CROWD * usize::try_from(STAYS).expect("a number of stays"), begun.elapsed());
    say(&format!("availability on {ENGINE}: {bookings} bookings, each seen by a search at once, in {took:.1?}"));
}

#[tokio::test]
async fn malformed_filters_are_refused_by_name() {
    let Some(client) = client() else { return };
    let long = "x".repeat(201);
    for (name, value) in [
        ("q", ""),
        ("q", "?!"),
        ("q", long.as_str()),
        ("price_min", "1' or '1'='1"),
        ("price_max", "-1"),
        ("currency", "XXX"),
        ("location", "91,0"),
        ("radius", "NaN"),
        ("bbox", "1,2,3"),
        ("bbox", "0,50,1,40"),
        ("bbox", "a,b,c,d"),
        ("check_in", "tomorrow"),
        ("guests", "0"),
        ("amenities", "wifi OR 1=1"),
        ("rating_min", "5.1"),
        ("rating_min", "4.555"),
        ("instant_book", "maybe"),
        ("sort", "price; drop table places_v1"),
        ("sort", "distance"),
        ("cursor", "AAAA"),
        ("page", "-1"),
    ] {
        let refused = search(&client, &[(name, value)]).await.expect_error(400, "invalid_parameter");
        let fields: Vec<_> =
            refused.body["errors"].as_array().expect("errors").iter().map(|error| &error["field"]).collect();
        assert_eq!(fields, [name], "{name}={value}");
    }
    search(&client, &[("colour", "blue")]).await.expect_error(400, "unknown_parameter");
    search(&client, &[("location", "Lyon"), ("bbox", "4,45,5,46")]).await.expect_error(400, "invalid_parameter");
    search(&client, &[("page", "101"), ("per_page", "100")]).await.expect_error(400, "use_cursor");
}

#[tokio::test]
async fn whatever_is_typed_is_only_looked_for() {
    let Some(client) = client() else { return };
    let place = client.somebody("Zoé").await.lists(json!({"title": own_word("quux")})).await;
    for typed in [
        "'; drop table place_search_v1; --",
        "a' | 'b:* & !c <-> d",
        "'quoted' \\'",
        "a\" OR listed = true",
        "x NOT IN [1]",
        "a & b | c ! ( ) : *",
        "l'été à l’océan",
        "\u{1F3E0} house",
    ] {
        search(&client, &[("q", typed)]).await.expect(200);
        let elsewhere = search(&client, &[("q", "x"), ("location", typed)]).await.expect(200);
        assert_eq!(elsewhere.data()["total"], 0, "{typed}");
        complete(&client, typed).await.expect(200);
    }
    for wordless in ["\\", "%_%", "'", "\u{1F3E0}"] {
        search(&client, &[("q", wordless)]).await.expect_error(400, "invalid_parameter");
    }
    client.get(&format!("/places/{}", place.id)).await.expect(200);
}
