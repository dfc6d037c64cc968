//! Answered by PostgreSQL.

use harness::{Answer, Client, Server, shared};

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
