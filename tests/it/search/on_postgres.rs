//! Answered by PostgreSQL.

use harness::{Answer, Client, Server, shared};
use serde_json::json;

use super::{ask, ids, own_word, suggest};

#[path = "completing.rs"]
mod completing;
#[path = "filters.rs"]
mod filters;
#[path = "ratings.rs"]
mod ratings;
#[path = "words.rs"]
mod words;
#[path = "world.rs"]
mod world;

/// Who answers.
const ENGINE: &str = "postgres";

/// Somebody at the server that all these tests share.
fn client() -> Option<Client> {
    Some(shared().client())
}

/// A server of the test's own.
async fn server() -> Option<Server> {
    Some(Server::start(&[]).await)
}

/// Asks for places.
async fn search(client: &Client, query: &[(&str, &str)]) -> Answer {
    let answer = ask(client, query, None).await;
    // A refusal was made by nobody.
    assert!([None, Some(ENGINE)].contains(&answer.header("x-search-engine")), "{answer:?}");
    answer
}

/// Has something completed.
async fn complete(client: &Client, typed: &str) -> Answer {
    let answer = suggest(client, typed).await;
    assert_eq!(answer.header("x-search-engine"), Some(ENGINE));
    answer
}

#[tokio::test]
async fn letters_that_the_database_reads_as_others_are_marked_however_they_were_typed() {
    let client = shared().client();
    let (host, city) = (client.somebody("Zoé").await, own_word("Port"));
    host.lists(json!({"city": city, "title": "Cœur de Straße", "description": "Ærø."})).await;
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
