//! Completing what is typed.

use harness::Client;
use serde_json::{Value, json};

use super::{client, complete, own_word};

async fn suggest(client: &Client, typed: &str) -> Value {
    complete(client, typed).await.expect(200).data().clone()
}

#[tokio::test]
async fn places_and_cities_are_completed_as_one_types() {
    let Some(client) = client() else { return };
    let host = client.somebody("Zoé").await;
    let (city, word) = (own_word("Éville"), own_word("Manoir"));
    let place = host.lists(json!({"city": city, "title": format!("Le {word} bleu")})).await.id;
    host.lists(json!({"city": city, "title": "Another one"})).await;

    for typed in [word.as_str(), &word[..20], &format!("bleu {}", &word[..20]), &word.to_uppercase()] {
        let suggested = suggest(&client, typed).await;
        assert_eq!(
            suggested["places"],
            json!([{"id": place, "title": format!("Le {word} bleu"), "city": city}]),
            "{typed}"
        );
    }
    let typed = city.replace('É', "e").chars().take(18).collect::<String>();
    let suggested = suggest(&client, &typed).await;
    assert_eq!(suggested["cities"], json!([city]), "once, however many places it has: {typed}");
    assert_eq!(suggest(&client, "zzzzqqqq").await, json!({"places": [], "cities": []}));
}

#[tokio::test]
async fn nobody_is_told_of_what_is_not_listed() {
    let Some(client) = client() else { return };
    let host = client.somebody("Zoé").await;
    let (city, word) = (own_word("Ville"), own_word("Secret"));
    host.lists(json!({"city": city, "title": word, "status": "draft"})).await;
    assert_eq!(suggest(&client, &word).await["places"], json!([]));
    assert_eq!(suggest(&client, &city).await["cities"], json!([]));
}

#[tokio::test]
async fn at_most_five_of_each_and_nothing_for_nothing() {
    let Some(client) = client() else { return };
    let host = client.somebody("Zoé").await;
    let word = own_word("Hut");
    for number in 0..7 {
        host.lists(json!({"city": format!("{word} {number}"), "title": format!("{word} {number}")})).await;
    }
    let suggested = suggest(&client, &word).await;
    assert_eq!(suggested["places"].as_array().map(Vec::len), Some(5));
    let cities: Vec<String> = (0..5).map(|number| format!("{word} {number}")).collect();
    assert_eq!(suggested["cities"], json!(cities));
    client.get("/search/suggest").await.expect_error(400, "invalid_parameter");
    client.get("/search/suggest?q=").await.expect_error(400, "invalid_parameter");
    client.get("/search/suggest?q=a&limit=9").await.expect_error(400, "unknown_parameter");
}
