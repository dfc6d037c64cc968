//! Nothing personal and nothing secret in a log: the harness watches every line of every server of the suite
//! (`tests/harness/logs.rs`) and ends the suite at the first that has any. Here: that it does watch.

use std::collections::BTreeSet;

use harness::{PASSWORD, Process, eventually, is_watched, leak_in, lines_watched, shared};
use reqwest::Method;
use reqwest::header::USER_AGENT;
use serde_json::{Map, Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_hbnb-under-test");

/// What a request may carry and a log line might have, for all that it tells of people: ids, dates, codes, amounts, and
/// where roughly a place is.
const HARMLESS: &str = "accuracy after amenities capacity categories check_in check_in_time check_out check_out_time \
    city cleanliness code communication country currency cursor from guests host_id instant_book limit line listing_id \
    listings locale location_precision max_nights min_nights name_en name_fr page per_page place_id position price \
    price_max price_min radius rating rating_min role sort source state status time_zone to value";

#[tokio::test]
async fn what_anybody_sent_would_be_found_in_a_line() {
    let person = shared().client().somebody("Philomène").await;
    let change = json!({"phone": "+33 6 98 76 54 32"});
    person.client.patch("/users/me", change).await.expect(200);
    let place = json!({"title": "La maison \"bleue\"", "address": "7 rue de la Loge, porte 3"});
    person.lists(place).await;
    let login = person.client.sign_in(person.id, &person.email).await;
    let preferences = json!({"preferences": {"favourite": "a bath under the stars"}});
    person.client.patch("/users/me", preferences).await.expect(200);
    let search = person.client.request(Method::GET, "/places").query(&[("location", "43.2965,5.3698")]);
    person.client.send(search.header(USER_AGENT, "Kiosk in the hall")).await.expect(200);
    for said in [
        person.email.as_str(),
        PASSWORD,
        "Philomène",
        "+33 6 98 76 54 32",
        "+33698765432",
        "La maison \\\"bleue\\\"",
        "7 rue de la Loge, porte 3",
        "48.8722",
        "a bath under the stars",
        "43.2965,5.3698",
        "Kiosk in the hall",
        "kX3vq0Zr8T-1yWcJp5uLhN2bEo7GdMaSfIwR_xQ4tVY",
        &person.refresh_token,
        &login.refresh_token,
        "eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
        "somebody@example.org",
    ] {
        let line = format!(r#"{{"level":"INFO","message":"it is about {said}, it seems","target":"api"}}"#);
        assert!(leak_in(&line).is_some(), "{line}");
    }
}

/// The fields and parameters that the document has for requests.
async fn carried() -> BTreeSet<String> {
    let document = shared().client().get("//openapi.json").await.expect(200).body;
    let mut names = BTreeSet::new();
    for item in document["paths"].as_object().expect("paths").values() {
        for operation in item.as_object().expect("operations").values() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let queries = parameters.filter(|parameter| parameter["in"] == "query");
            names.extend(queries.map(|parameter| parameter["name"].as_str().expect("a name").to_owned()));
            collect(&document, &operation["requestBody"]["content"]["application/json"]["schema"], &mut names);
        }
    }
    names
}

fn collect(document: &Value, schema: &Value, names: &mut BTreeSet<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').expect("a reference within the document");
        collect(document, document.pointer(pointer).expect("what it refers to"), names);
    }
    for (name, field) in schema["properties"].as_object().into_iter().flat_map(Map::iter) {
        names.insert(name.clone());
        // What is watched is so with all that is in it.
        if !is_watched(name) {
            collect(document, field, names);
        }
    }
    let parts = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|part| schema[part].as_array()).flatten();
    parts.chain([&schema["items"]].into_iter().filter(|items| items.is_object())).for_each(|part| {
        collect(document, part, names);
    });
}

#[tokio::test]
async fn whatever_a_request_can_carry_is_watched_or_known_to_be_harmless() {
    let carried = carried().await;
    let harmless: BTreeSet<_> = HARMLESS.split_whitespace().map(str::to_owned).collect();
    let unknown: Vec<_> = carried.iter().filter(|name| !is_watched(name) && !harmless.contains(*name)).collect();
    assert!(unknown.is_empty(), "watch them, or say that they tell nothing of people: {unknown:?}");
    let gone: Vec<_> = harmless.difference(&carried).collect();
    assert!(gone.is_empty(), "no request carries {gone:?} any more");
    let both: Vec<_> = harmless.iter().filter(|name| is_watched(name)).collect();
    assert!(both.is_empty(), "{both:?} are watched, too");
}

#[tokio::test]
async fn what_is_logged_in_life_is_no_leak() {
    let line = r#"{"timestamp":"2026-11-24T15:25:50.103688Z","level":"INFO","message":"the request is answered",
        "request_id":"01a20e29-cc97-735a-b208-440fc9bdae39","method":"GET","route":"/api/v1/users/{id}","status":404,
        "milliseconds":0,"target":"api::layers::finished"}"#;
    assert_eq!(leak_in(line), None);
}

#[tokio::test]
async fn servers_in_this_process_are_watched() {
    let client = shared().client();
    let before = lines_watched();
    client.get("/places").await.expect(200);
    eventually(async || (lines_watched() > before).then_some(())).await;
}

#[tokio::test]
async fn processes_of_their_own_are_watched() {
    let data = tempfile::tempdir().expect("a folder can be made");
    let process = Process::serve(PROGRAM, data.path(), None).await;
    process.client().get("/places").await.expect(200);
    eventually(async || (process.lines_watched() > 0).then_some(())).await;
    process.kill().await;
}
