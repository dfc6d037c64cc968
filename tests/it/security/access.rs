//! Every route by every role: `access.md` says what is right.

use std::collections::BTreeSet;

use harness::{Answer, Client, shared};
use serde_json::Value;

use super::requests::request;
use super::table::{Row, rows};
use super::world::{Request, World};

/// The routes that the served document has, as `GET /api/v1/places/{id}`.
pub(super) async fn documented(client: &Client) -> BTreeSet<String> {
    let document = client.get("//openapi.json").await.expect(200).body;
    let paths = document["paths"].as_object().expect("paths").clone();
    let of_path = |(path, item): (String, Value)| -> Vec<String> {
        let methods = item.as_object().expect("methods").keys();
        methods.map(|method| format!("{} {path}", method.to_uppercase())).collect()
    };
    paths.into_iter().flat_map(of_path).collect()
}

#[tokio::test]
async fn every_documented_route_is_in_the_table_and_nothing_else() {
    let documented = documented(&shared().client()).await;
    let in_table: BTreeSet<_> = rows().into_iter().map(|row| row.route).collect();
    let missing: Vec<_> = documented.difference(&in_table).collect();
    assert!(missing.is_empty(), "access.md says nothing of {missing:#?}");
    let gone: Vec<_> = in_table.difference(&documented).collect();
    assert!(gone.is_empty(), "access.md has what the API has not: {gone:#?}");
}

#[tokio::test]
async fn everybody_gets_what_the_table_says() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for row in rows() {
        for (role, expected) in &row.expected {
            let request = request(&world, &row.route, &row.case, role).await;
            let request = request.unwrap_or_else(|| panic!("nobody has written a request for {row}"));
            wrong.extend(ask(&world, &row, role, *expected, &request).await);
        }
    }
    assert!(wrong.is_empty(), "{} answers differ from access.md:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn what_machines_and_readers_of_documents_ask_for_is_the_same_for_everybody() {
    let (world, rows) = (World::new().await, rows());
    for path in ["//metrics", "//docs/", "//openapi.json"] {
        for (role, _) in &rows[0].expected {
            assert_eq!(world.client(role).get(path).await.status, 200, "{path} for {role}");
        }
    }
}

/// What is wrong with the answer to somebody, if anything is.
async fn ask(world: &World, row: &Row, role: &str, expected: u16, request: &Request) -> Option<String> {
    let client = world.client(role);
    let answer = request.send(row.method(), client).await;
    if answer.status != expected {
        return Some(format!("{row}: {role} gets {} instead of {expected}: {}", answer.status, answer.body));
    }
    if expected != 404 {
        return None;
    }
    // What one may not know of looks exactly like what is not there.
    let Some(nothing) = request.about_nothing() else {
        return Some(format!("{row}: its request does not say what it is about, so that nobody can compare"));
    };
    let absent = nothing.send(row.method(), client).await;
    (telling(&answer) != telling(&absent)).then(|| format!("{row}: {role} can tell it from what is not there"))
}

/// All that an answer tells, without what is of its own: its time (which is written without trailing zeros, so that
/// lengths differ) and its id.
pub(super) fn telling(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let mut body = answer.body.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("request_id");
        body.remove("timestamp");
    }
    let own = ["x-request-id", "date", "content-length"];
    let headers = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
    (answer.status, headers, body)
}
