//! Answered by the Meilisearch of `MEILI_URL`.

use harness::{Answer, Client, Meilisearch, Server, eventually, shared_with_meilisearch};

use self::world::{Plain, World};
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

/// An index that is not fed says what it knows, but of no place that does not match any more: in lists, counts and facets
/// alike, by the prices that it knows.
#[tokio::test]
async fn an_index_that_is_behind_leaves_out_what_does_not_match_any_more() {
    let Some(server) = server().await else { return };
    let Some(database) = &server.database else {
        harness::needs_postgres(&test());
        return;
    };
    let (client, mut runner) = (server.client(), world::runner(world::SEED));
    let mut world = World::new(&server, &mut runner).await;
    for _ in 0..world::ACTS / 2 {
        let (place, act) = world::next_act(&mut runner);
        world.act(place, act).await;
    }
    search(&client, &[]).await.expect(200);
    // Between two rounds: the end of one lets the next begin at once.
    let hold = "update search_feeders set retry_at = clock_timestamp() + interval '1 hour'
                where coalesce(leased_until <= clock_timestamp(), true)";
    eventually(async || {
        let held = sqlx::query(hold).execute(&mut database.connect().await).await.expect("the database answers");
        (held.rows_affected() == 1).then_some(())
    })
    .await;
    let known: Vec<Plain> = world.plain().cloned().collect();

    let asks = async |query: &[(&str, &str)]| {
        let answer = ask(&client, query, None).await;
        assert_eq!(answer.header("x-search-engine"), Some(ENGINE), "{answer:?}");
        answer
    };
    let mut left_out = 0;
    for _ in 0..world::ACTS {
        let (place, act) = world::next_act(&mut runner);
        world.act(place, act).await;
        for _ in 0..world::QUESTIONS_AFTER_EACH {
            let (question, per_page) = world::next_question(&mut runner);
            let matches_still = |known: &&Plain| world.plain().any(|now| now.id == known.id && question.wants(now));
            let expected = question.answer(known.iter().filter(matches_still));
            left_out += usize::from(expected.ids.len() < question.answer(known.iter()).ids.len());
            world::assert_answered(&question, per_page, &expected, asks).await;
        }
    }
    assert!(left_out > 0, "nothing had to be left out");
}
