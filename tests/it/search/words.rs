//! Places by words.

use harness::{Client, Person};
use serde_json::json;
use uuid::Uuid;

use super::{client, ids, own_word, search};
use crate::search::NOTHING;

/// Lists a place with a title and a description in a city of the test's own.
async fn lists(host: &Person, city: &str, title: &str, description: &str) -> Uuid {
    host.lists(json!({"city": city, "title": title, "description": description})).await.id
}

async fn found(client: &Client, city: &str, q: &str) -> Vec<Uuid> {
    ids(&search(client, &[("q", q), ("location", city)]).await.expect(200))
}

#[tokio::test]
async fn words_in_the_title_count_more_than_in_the_description() {
    let Some(client) = client() else { return };
    let (host, city) = (client.somebody("Zoé").await, own_word("Port"));
    let titled = lists(&host, &city, "Lighthouse by the bay", "Quiet.").await;
    let described = lists(&host, &city, "Rooms by the bay", "From here you see a lighthouse.").await;
    let neither = lists(&host, &city, "Rooms in a lane", "Loud.").await;

    assert_eq!(found(&client, &city, "lighthouse").await, [titled, described], "although the other is newer");
    assert_eq!(found(&client, &city, "bay lighthouse").await, [titled, described]);
    assert!(!found(&client, &city, "bay").await.contains(&neither));
}

#[tokio::test]
async fn whoever_types_is_understood() {
    let Some(client) = client() else { return };
    let (host, city) = (client.somebody("Zoé").await, own_word("Port"));
    let flat = lists(&host, &city, "Sunny apartment with café terrace", "Sea view, steps from the harbor.").await;
    for q in [
        "apartments",          // the plural
        "apartmant",           // a mistake
        "appartement",         // French
        "APARTMENT",           // case
        "cafe",                // no accent
        "cafés",               // an accent and the plural
        "apartm",              // a beginning
        "flat",                // a synonym
        "terrasse ensoleillé", // French, twice
        "the apartment near a harbour",
        "l'appartement",
        "habror", // letters swapped
        "veiw",   // in a short word
    ] {
        assert_eq!(found(&client, &city, q).await, [flat], "{q}");
    }
    for q in ["castle", "ap", "xqzzy"] {
        assert_eq!(found(&client, &city, q).await, NOTHING, "{q}");
    }
}

#[tokio::test]
async fn rather_some_of_the_words_than_nothing() {
    let Some(client) = client() else { return };
    let (host, city) = (client.somebody("Zoé").await, own_word("Port"));
    let boat = lists(&host, &city, "Houseboat on the canal", "It rocks.").await;
    let mill = lists(&host, &city, "Windmill", "By a canal.").await;
    assert_eq!(found(&client, &city, "canal windmill").await, [mill], "one has both");
    assert_eq!(found(&client, &city, "canal igloo").await, [boat, mill], "none has both");
    assert_eq!(found(&client, &city, "igloo iceberg").await, NOTHING);
}

#[tokio::test]
async fn what_was_found_is_marked_and_nothing_else_is_markup() {
    let Some(client) = client() else { return };
    let (host, city) = (client.somebody("Zoé").await, own_word("Port"));
    lists(&host, &city, "<b>Lofts</b> & more", "A loft for two.").await;
    let answer = search(&client, &[("q", "loft"), ("location", &city)]).await.expect(200);
    let highlights = &answer.data()["items"][0]["highlights"];
    assert_eq!(highlights["title"], "&lt;b&gt;<em>Lofts</em>&lt;/b&gt; &amp; more");
    assert_eq!(highlights["description"], "A <em>loft</em> for two.");
    let plain = search(&client, &[("location", &city)]).await.expect(200);
    assert!(plain.data()["items"][0]["highlights"].is_null());
}

#[tokio::test]
async fn letters_that_a_keyboard_lacks_are_found_and_marked_however_they_were_typed() {
    let Some(client) = client() else { return };
    let (host, city) = (client.somebody("Zoé").await, own_word("Port"));
    lists(&host, &city, "Cœur de Straße", "Ærø.").await;
    for (typed, title, description) in [
        ("cœur", "<em>Cœur</em> de Straße", "Ærø."),
        ("coeur", "<em>Cœur</em> de Straße", "Ærø."),
        ("cœu", "<em>Cœur</em> de Straße", "Ærø."),
        ("straß", "Cœur de <em>Straße</em>", "Ærø."),
        ("strasse", "Cœur de <em>Straße</em>", "Ærø."),
        ("aerø", "Cœur de Straße", "<em>Ærø</em>."),
    ] {
        let answer = search(&client, &[("q", typed), ("location", &city)]).await.expect(200);
        let highlights = &answer.data()["items"][0]["highlights"];
        assert_eq!(*highlights, json!({"title": title, "description": description}), "{typed}");
    }
}

#[tokio::test]
async fn equals_come_newest_first_and_pages_neither_repeat_nor_skip() {
    let Some(client) = client() else { return };
    let (host, city) = (client.somebody("Zoé").await, own_word("Port"));
    let mut houses = Vec::new();
    for _ in 0..7 {
        houses.push(lists(&host, &city, "Treehouse", "High up.").await);
    }
    houses.reverse();
    for sort in ["relevance", "newest", "price", "-price", "rating"] {
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut query = vec![("q", "treehouse"), ("location", city.as_str()), ("per_page", "3"), ("sort", sort)];
            query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let answer = search(&client, &query).await.expect(200);
            seen.extend(ids(&answer));
            cursor = answer.data()["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        let by_page = async |page: &str| {
            let query = [("q", "treehouse"), ("location", &city), ("per_page", "4"), ("page", page), ("sort", sort)];
            ids(&search(&client, &query).await.expect(200))
        };
        assert_eq!([by_page("1").await, by_page("2").await].concat(), seen, "{sort}");
        let newest_first = matches!(sort, "relevance" | "newest");
        let mut expected = houses.clone();
        if !newest_first {
            // All else being equal, by id.
            expected.sort_unstable();
        }
        assert_eq!(seen, expected, "{sort}");
    }
}

#[tokio::test]
async fn what_is_changed_or_withdrawn_is_found_as_it_is_now() {
    let Some(client) = client() else { return };
    let (host, city) = (client.somebody("Zoé").await, own_word("Port"));
    let word = own_word("quux");
    let place = host.lists(json!({"city": city, "title": format!("Cabin {word}")})).await;
    assert_eq!(found(&client, &city, &word).await, [place.id]);
    host.client.patch(&format!("/places/{}", place.id), json!({"title": "Cabin in the woods"})).await.expect(200);
    assert_eq!(found(&client, &city, &word).await, NOTHING);
    // Not even as what a mistyped word may have meant.
    let mistyped = format!("x{}", &word[1..]);
    assert_eq!(found(&client, &city, &mistyped).await, NOTHING);
    assert_eq!(found(&client, &city, "woods").await, [place.id]);
    host.client.post_empty(&format!("/places/{}/unpublish", place.id)).await.expect(200);
    assert_eq!(found(&client, &city, "woods").await, NOTHING);
    host.client.post_empty(&format!("/places/{}/publish", place.id)).await.expect(200);
    assert_eq!(found(&client, &city, "woods").await, [place.id]);
}
