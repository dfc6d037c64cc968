//! What people type who look for a place in Boston, and what they expect: `relevance.txt`.

use std::collections::{HashMap, HashSet};

use harness::{Client, Indexes, Meilisearch, Process, TestDatabase, say};

use super::fleet::Fleet;
use super::import::import;
use super::listings::{Listings, cities};
use super::settled::{settled, until};
use super::turn::turn;
use super::{PROGRAM, is_proving};

/// Among the first so many places somebody looks for what was meant.
const LOOKED_AT: usize = 5;
/// Of those that were meant, so many must be there, or all if they are fewer.
const MEANT: usize = 3;
/// Of a hundred questions, so many must be answered well.
const WELL_ANSWERED: usize = 90;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_find_what_they_mean() {
    const NAME: &str = "people_find_what_they_mean";
    if !is_proving(NAME) {
        return;
    }
    let Some([boston, _]) = cities(NAME) else { return };
    let _turn = turn().await;
    let database = TestDatabase::create().await.expect("DATABASE_URL is set");
    let fleet = Fleet::start(Some(database.url())).await;
    import(&fleet, &boston, &[]).await;
    settled(&mut database.connect().await).await;

    let questions = questions(&boston);
    let client = fleet.client();
    assert_answered(&client, "postgres", &questions).await;

    let Some(engine) = Meilisearch::given(&format!("{NAME} (on Meilisearch)")) else { return };
    let _indexes = Indexes::of(&database);
    let settings = [("MEILI_URL", engine.url.as_str())];
    let server = Process::serve_with(PROGRAM, fleet.data.path(), fleet.url(), &settings).await;
    let mut connection = database.connect().await;
    until(&mut connection, "the index is filled", "select exists (select from search_indexes where state = 'live')")
        .await;
    assert_answered(&server.client(), "meilisearch", &questions).await;
}

/// Whether enough questions are answered well, by whom they are to be answered.
async fn assert_answered(client: &Client, engine: &str, questions: &[(String, HashSet<String>)]) {
    let mut missed = Vec::new();
    for (typed, meant) in questions {
        let shown = first_titles(client, engine, typed).await;
        let found = shown.iter().filter(|title| meant.contains(*title)).count();
        if found < MEANT.min(meant.len()) {
            missed.push(format!("{typed}: {shown:#?}"));
        }
    }
    let answered = questions.len() - missed.len();
    say(&format!("relevance: {engine} answers {answered} of {} questions well", questions.len()));
    let missed = missed.join("\n");
    assert!(answered * 100 >= WELL_ANSWERED * questions.len(), "{engine}: {missed}");
    say(&format!("relevance: {engine} misses {missed}"));
}

/// What is typed, and the titles of what is meant: places of one title are as good as each other.
fn questions(boston: &Listings) -> Vec<(String, HashSet<String>)> {
    let titles: HashMap<&str, &str> = boston.expected().map(|(id, place)| (id, place.title.as_str())).collect();
    let lines = include_str!("relevance.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let question = |line: &str| {
        let (typed, ids) = line.split_once(" | ").expect("a question and what is meant");
        let title = |id: &str| titles.get(id).unwrap_or_else(|| panic!("{id} is no listing")).to_string();
        (typed.to_owned(), ids.split(' ').map(title).collect())
    };
    lines.map(question).collect()
}

async fn first_titles(client: &Client, engine: &str, typed: &str) -> Vec<String> {
    let query = [("q", typed), ("per_page", &LOOKED_AT.to_string())];
    let answer = client.send(client.request(reqwest::Method::GET, "/search/places").query(&query)).await.expect(200);
    assert_eq!(answer.header("x-search-engine"), Some(engine));
    let items = answer.data()["items"].as_array().expect("items").clone();
    items.iter().map(|item| item["title"].as_str().expect("a title").to_owned()).collect()
}
