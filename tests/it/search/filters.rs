//! Places by what they are; exactness over a whole world is [`super::world`]'s.

use std::time::Instant;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
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
    assert!(client.metric(&format!("hbnb_searches_total{{engine=\"{ENGINE}\"}} ")).await > 0);
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
async fn a_list_by_distance_is_walked_by_cursor_also_where_many_are_equally_far_off() {
    let Some(client) = client() else { return };
    let (host, word) = (client.somebody("Zoé").await, own_word("quux"));
    let mut expected = Vec::new();
    // Degrees of latitude, south of the last of them; several places stand at one spot.
    for (latitude, places) in [(-33.02, 1), (-33.01, 4), (-33.0, 2)] {
        let mut spot = Vec::new();
        for _ in 0..places {
            spot.push(host.lists(json!({"title": word, "latitude": latitude, "longitude": 151.0})).await.id);
        }
        spot.sort_unstable();
        expected.extend(spot);
    }
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut query =
            vec![("q", word.as_str()), ("location", "-33.02,151.0"), ("sort", "distance"), ("per_page", "2")];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let answer = search(&client, &query).await.expect(200);
        seen.extend(ids(&answer));
        cursor = answer.data()["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, expected);
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

/// What a cursor says of a row, at its end: its rank and its id.
const ROW_BYTES: usize = 24;

/// Pieces of the languages that the engines are asked in.
const ATTACKS: [&str; 10] = [
    "x' or 'x' = 'x",
    "x\" OR capacity > 0 OR city_key = \"x",
    "'; drop table place_search_v1; --",
    "a' | 'b:* & !c <-> d",
    "'quoted' \\'",
    "a\" OR listed = true",
    "x NOT IN [1]",
    "a & b | c ! ( ) : *",
    "l'été à l’océan",
    "\u{1F3E0} house",
];

#[tokio::test]
async fn whatever_is_typed_is_only_looked_for() {
    let Some(client) = client() else { return };
    let (word, city) = (own_word("quux"), own_word("Ville"));
    let host = client.somebody("Zoé").await;
    let place = host.lists(json!({"title": word, "city": city, "amenities": ["wifi"]})).await;
    let found = async |q: &str, filter: (&str, &str)| search(&client, &[("q", q), filter]).await;
    let within = async |name: &str, value: &str| {
        let answer = found(&word, (name, value)).await.expect(200);
        (answer.data()["total"].as_u64(), ids(&answer))
    };
    // Signs that mean something to an engine mean nothing here: it is the words that are looked for.
    for typed in [
        format!("!{word}"),
        format!("-{word}"),
        format!("\"{word}"),
        format!("{word}:* & !{word}"),
        format!("({word}) | *"),
    ] {
        assert_eq!(ids(&search(&client, &[("q", &typed)]).await.expect(200)), [place.id], "{typed}");
        let completed = complete(&client, &typed).await.expect(200);
        assert_eq!(completed.data()["places"][0]["id"], json!(place.id), "{typed}");
    }
    // What makes the difference below is the filter alone.
    assert_eq!(within("location", &city).await, (Some(1), vec![place.id]));
    assert_eq!(within("amenities", "wifi").await, (Some(1), vec![place.id]));
    for typed in ATTACKS {
        assert!(!ids(&search(&client, &[("q", typed)]).await.expect(200)).contains(&place.id), "{typed}");
        for elsewhere in [typed, &format!("{city}{typed}")] {
            assert_eq!(within("location", elsewhere).await, (Some(0), vec![]), "{elsewhere}");
        }
        // Codes are of letters: these never reach an engine.
        for code in [typed, &format!("wifi{typed}")] {
            found(&word, ("amenities", code)).await.expect_error(400, "invalid_parameter");
        }
        complete(&client, typed).await.expect(200);
    }
    // And these do.
    for code in ["or", "not", "exists", "wifi,or", "null"] {
        assert_eq!(within("amenities", code).await, (Some(0), vec![]), "{code}");
    }
    for wordless in ["\\", "%_%", "'", "\u{1F3E0}"] {
        search(&client, &[("q", wordless)]).await.expect_error(400, "invalid_parameter");
    }
    client.get(&format!("/places/{}", place.id)).await.expect(200);
}

/// Who forges a cursor gets another part of the same list.
#[tokio::test]
async fn a_forged_cursor_leads_nowhere_else() {
    let Some(client) = client() else { return };
    let host = client.somebody("Zoé").await;
    let word = own_word("quux");
    let mut places = Vec::new();
    for _ in 0..2 {
        places.push(host.lists(json!({"title": word})).await.id);
    }
    places.sort_unstable();
    for sort in ["relevance", "newest", "price", "-price", "rating"] {
        let query = [("q", word.as_str()), ("per_page", "1"), ("sort", sort)];
        let first = search(&client, &query).await.expect(200);
        let cursor = first.data()["next_cursor"].as_str().expect("a cursor");
        let bytes = URL_SAFE_NO_PAD.decode(cursor).expect("base64");
        let row = bytes.len().checked_sub(ROW_BYTES).expect("a row");
        for forged in [*b"' or true; drop table x;", [0; ROW_BYTES], [0x7F; ROW_BYTES], [0xFF; ROW_BYTES]] {
            let cursor = URL_SAFE_NO_PAD.encode([&bytes[..row], &forged].concat());
            // By whoever answers: a position that an engine cannot know of is the other's, or nobody's.
            let answer = ask(&client, &[&query[..], &[("cursor", &cursor)]].concat(), None).await;
            if answer.status == 400 {
                assert_eq!(answer.body["errors"][0]["code"], "foreign_cursor", "{sort}: {answer:?}");
            } else {
                let shown = ids(&answer.expect(200));
                assert!(shown.iter().all(|id| places.contains(id)), "{sort}: {shown:?}");
            }
        }
        for attack in ATTACKS {
            let refused = search(&client, &[&query[..], &[("cursor", attack)]].concat()).await;
            refused.expect_error(400, "invalid_parameter");
        }
        let other = [("q", "house"), ("per_page", "1"), ("sort", sort), ("cursor", cursor)];
        search(&client, &other).await.expect_error(400, "invalid_parameter");
        let rest = search(&client, &[&query[..], &[("cursor", cursor)]].concat()).await.expect(200);
        let mut seen = [ids(&first), ids(&rest)].concat();
        seen.sort_unstable();
        assert_eq!(seen, places, "{sort}");
    }
}
