//! Fields that are not for clients to set: every body that the API reads, with all of them.

use std::collections::BTreeSet;

use harness::Client;
use serde_json::{Map, Value, json};

use super::requests::request;
use super::table::{Row, rows};
use super::world::World;

/// What a client would like to decide: rights, owners, states, amounts, versions, times.
fn wishes() -> Map<String, Value> {
    let wishes = json!({
        "id": "019a8f2e-7c3b-7d10-8a4e-5f6071829304", "user_id": "019a8f2e-7c3b-7d10-8a4e-5f6071829304",
        "owner_id": "019a8f2e-7c3b-7d10-8a4e-5f6071829304", "host_id": "019a8f2e-7c3b-7d10-8a4e-5f6071829304",
        "guest_id": "019a8f2e-7c3b-7d10-8a4e-5f6071829304", "author_id": "019a8f2e-7c3b-7d10-8a4e-5f6071829304",
        "role": "admin", "roles": ["admin"], "is_admin": true, "closed": false, "suspended": false,
        "email_verified": true, "password_hash": "x", "status": "confirmed", "version": 1, "total_price": "0.01",
        "price": "0.01", "rating": 5, "expires_at": "2099-01-01T00:00:00Z", "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2020-01-01T00:00:00Z", "metadata": {"actor_id": "x"}, "__proto__": {"admin": true}, "": 1,
    });
    wishes.as_object().expect("an object").clone()
}

/// Who may use the route: else the answer would be about that.
pub(super) fn entitled(row: &Row) -> &str {
    let with = |wanted: &dyn Fn(u16) -> bool| row.expected.iter().rev().find(|(_, status)| wanted(*status));
    // The same for them all: there is nothing that it could be done to (404), or done with (422).
    let allowed = with(&|status| status < 300 || status == 409);
    let role = allowed.or_else(|| with(&|status| status == 404 || status == 422));
    role.map(|(role, _)| role.as_str()).expect("somebody may")
}

#[tokio::test]
async fn no_body_sets_what_the_api_did_not_offer() {
    let world = World::new().await;
    let mut asked = 0;
    for row in rows().iter().filter(|row| ["POST", "PATCH", "DELETE"].contains(&row.method())) {
        let role = entitled(row);
        let Some(mut request) = request(&world, &row.route, &row.case, role).await else { panic!("{row}") };
        let known = offered(world.client("nobody"), &row.route).await;
        let wishes: Map<_, _> = wishes().into_iter().filter(|(name, _)| !known.contains(name)).collect();
        let mut body = request.body.take().unwrap_or(json!({}));
        body.as_object_mut().expect("an object").extend(wishes.clone());
        let answer = request.body(body).send(row.method(), world.client(role)).await.expect_error(422, "unknown_field");
        let errors = answer.body["errors"].as_array().expect("errors");
        let refused: BTreeSet<_> = errors.iter().map(|error| error["field"].to_string()).collect();
        let sent: BTreeSet<_> = wishes.keys().map(|name| json!(name).to_string()).collect();
        assert_eq!(refused, sent, "{row}");
        asked += 1;
    }
    assert!(asked > 10, "only {asked} bodies were tried");
}

/// The fields that the document offers to a route's clients.
async fn offered(client: &Client, route: &str) -> BTreeSet<String> {
    let document = client.get("//openapi.json").await.expect(200).body;
    let (method, path) = route.split_once(' ').expect("a method and a path");
    let content = &document["paths"][path][method.to_lowercase()]["requestBody"]["content"]["application/json"];
    let mut names = BTreeSet::new();
    collect(&document, &content["schema"], &mut names);
    names
}

fn collect(document: &Value, schema: &Value, names: &mut BTreeSet<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').expect("a reference within the document");
        collect(document, document.pointer(pointer).expect("what it refers to"), names);
    }
    names.extend(schema["properties"].as_object().into_iter().flat_map(Map::keys).cloned());
    for part in ["allOf", "anyOf", "oneOf"] {
        schema[part].as_array().into_iter().flatten().for_each(|part| collect(document, part, names));
    }
}
