//! `/search`: the same tests of each engine, and those of how one steps in for the other.

mod index;
mod on_meilisearch;
mod on_postgres;

use harness::{Answer, Client};
use reqwest::Method;
use uuid::Uuid;

/// What is found where nothing is.
pub(crate) const NOTHING: [Uuid; 0] = [];

/// Asks for places, once, by whoever answers; the answer contains a position if one is named.
pub(crate) async fn ask(client: &Client, query: &[(&str, &str)], position: Option<&str>) -> Answer {
    let mut request = client.request(Method::GET, "/search/places").query(query);
    if let Some(position) = position {
        request = request.header("x-min-position", position);
    }
    client.send(request).await
}

/// Has something completed by whoever answers.
pub(crate) async fn suggest(client: &Client, typed: &str) -> Answer {
    client.send(client.request(Method::GET, "/search/suggest").query(&[("q", typed)])).await
}

/// The places of an answer, in order.
pub(crate) fn ids(answer: &Answer) -> Vec<Uuid> {
    let items = answer.data()["items"].as_array().expect("items");
    items.iter().map(|item| item["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")).collect()
}

/// A name of the test's own, of letters alone, so that others' places are out of the way.
pub(crate) fn own_word(beginning: &str) -> String {
    let letter = |digit: u8| char::from(b'a' + digit % 16);
    let unique: String =
        Uuid::now_v7().as_bytes()[4..].iter().flat_map(|byte| [letter(byte >> 4), letter(byte & 15)]).collect();
    format!("{beginning}{unique}")
}
