//! Answered by the Meilisearch of `MEILI_URL`.

use harness::{Answer, Client, Meilisearch, Server, eventually, shared_with_meilisearch};

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
const ENGINE: &str = "meilisearch";

/// Somebody at the server that all these tests share.
fn client() -> Option<Client> {
    Meilisearch::given(&test())?;
    Some(shared_with_meilisearch()?.client())
}

/// A server of the test's own.
async fn server() -> Option<Server> {
    let engine = Meilisearch::given(&test())?;
    Some(Server::start(&[("MEILI_URL", &engine.url)]).await)
}

fn test() -> String {
    std::thread::current().name().unwrap_or("a test on Meilisearch").to_owned()
}

/// Asks for places, once the index contains what the log contains now: until then PostgreSQL answers, or nobody, where a
/// list by relevance goes on.
async fn search(client: &Client, query: &[(&str, &str)]) -> Answer {
    let ready = client.get("//health/ready").await.expect(200);
    let head = ready.data()["head"].as_u64().expect("a position").to_string();
    eventually(async || {
        let answer = ask(client, query, Some(&head)).await;
        // A refusal was made by nobody.
        let is_final = answer.status != 503 && [None, Some(ENGINE)].contains(&answer.header("x-search-engine"));
        is_final.then_some(answer)
    })
    .await
}

/// Has something completed, once the index contains what the log contains now.
async fn complete(client: &Client, typed: &str) -> Answer {
    search(client, &[("q", "anything")]).await.expect(200);
    let answer = suggest(client, typed).await;
    // A refusal was made by nobody.
    assert!([None, Some(ENGINE)].contains(&answer.header("x-search-engine")), "{answer:?}");
    answer
}
