//! The document as clients get it.

use std::collections::BTreeSet;

use axum::http::Request;
use serde_json::Value;

use crate::docs;
use crate::openapi::complete;
use crate::router::{Limits, endpoints};
use crate::state::Settings;
use crate::testing::{app, send};

fn document() -> utoipa::openapi::OpenApi {
    endpoints(&Limits::new(None, &[])).split_for_parts().1
}

fn completed() -> Value {
    let mut document = document();
    complete(&mut document);
    serde_json::to_value(document).unwrap()
}

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &'_ Value)| -> Vec<(String, String)> {
        item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())).collect()
    };
    let named: Vec<_> = paths.iter().flat_map(of_path).collect();
    named.into_iter().map(|(method, path)| (format!("{method} {path}"), &document["paths"][&path][&method])).collect()
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(Value::as_str).map(str::to_owned));
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(array) => array.iter().for_each(|value| references(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_document_is_of_version_3_1_and_complete_in_itself() {
    let document = completed();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn every_endpoint_tells_how_it_succeeds_and_fails() {
    let document = completed();
    for (name, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name} never succeeds");
        for (status, response) in responses {
            assert!(!response["description"].as_str().unwrap().is_empty(), "{name} {status} says nothing");
            assert!(response["headers"]["X-Request-Id"].is_object(), "{name} {status}");
            let bare = ["204", "304"].contains(&status.as_str());
            let schema = &response["content"]["application/json"]["schema"];
            assert_eq!(schema.is_object(), !bare, "{name} {status}: {response}");
        }
        assert!(operation["summary"].is_string() && operation["operationId"].is_string(), "{name}");
    }
}

#[test]
fn every_id_in_a_path_is_described_and_every_operation_has_its_own_name() {
    let document = completed();
    let mut names = BTreeSet::new();
    for (name, operation) in operations(&document) {
        assert!(names.insert(operation["operationId"].to_string()), "{name}: {}", operation["operationId"]);
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let described = parameters.iter().filter(|parameter| parameter["in"] == "path").count();
        assert_eq!(described, name.matches('{').count(), "{name}");
    }
}

#[test]
fn what_was_made_leads_to_what_can_be_done_with_it() {
    let document = completed();
    let links = |path: &str| document["paths"][path]["post"]["responses"]["201"]["links"].clone();
    let place = links("/api/v1/places");
    assert_eq!(place["places_show"]["operationId"], "places_show");
    assert_eq!(place["places_show"]["parameters"], serde_json::json!({"id": "$response.body#/data/id"}));
    assert!(links("/api/v1/bookings")["bookings_cancel"].is_object());
    let block = &links("/api/v1/places/{id}/blocks")["blocks_remove"]["parameters"];
    let both = serde_json::json!({"id": "$request.path.id", "block_id": "$response.body#/data/id"});
    assert_eq!(*block, both);
}

#[test]
fn a_page_of_a_list_may_also_be_read_as_what_follows_a_cursor() {
    let document = completed();
    let list = &document["components"]["schemas"]["Success_List_Booking"]["properties"]["data"];
    assert_eq!((list["anyOf"].as_array().map(Vec::len), &list["oneOf"]), (Some(2), &Value::Null), "{list}");
    // What may be null is either.
    let cancellation = &document["components"]["schemas"]["Booking"]["properties"]["cancellation"];
    assert_eq!(cancellation["oneOf"].as_array().map(Vec::len), Some(2), "{cancellation}");
}

#[test]
fn whoever_reads_one_resource_may_have_it_already() {
    let document = completed();
    let mut read = Vec::new();
    for (name, operation) in operations(&document) {
        let unchanged = &operation["responses"]["304"];
        let asks = operation["parameters"].as_array().into_iter().flatten().any(|one| one["name"] == "If-None-Match");
        let is_tagged = operation["responses"]["200"]["headers"]["ETag"].is_object();
        if unchanged.is_object() {
            assert!(asks && is_tagged && unchanged["content"].is_null(), "{name}: {unchanged}");
            read.push(name);
        } else {
            assert!(!asks && (!is_tagged || !name.starts_with("get ")), "{name}");
        }
    }
    read.sort_unstable();
    let resources =
        ["amenities/{code}", "bookings/{id}", "places/{id}", "places/{id}/blocks/{block_id}", "reviews/{id}"];
    let people = ["users/me", "users/{id}"];
    let expected: Vec<String> = resources.iter().chain(&people).map(|path| format!("get /api/v1/{path}")).collect();
    assert_eq!(read, expected);
}

#[test]
fn what_values_look_like_is_told_of_bodies_and_parameters_alike() {
    let document = completed();
    let field = |body: &str, name: &str| document["components"]["schemas"][body]["properties"][name].clone();
    assert!(field("NewPlace", "currency")["enum"].as_array().is_some_and(|codes| codes.contains(&"EUR".into())));
    assert_eq!(field("NewPlace", "time_zone")["format"], "time-zone");
    assert_eq!(field("NewPlace", "status")["pattern"], "^(draft|listed)$");
    for (body, name) in [
        ("NewPlace", "check_in_time"),
        ("PlaceFields", "price"),
        ("Register", "phone"),
        ("ProfileChanges", "locale"),
        ("NewAmenity", "code"),
    ] {
        assert!(field(body, name)["pattern"].is_string(), "{body} {name}: {}", field(body, name));
    }
    assert!(field("NewPlace", "amenities")["items"]["pattern"].is_string());
    let search = document["paths"]["/api/v1/places"]["get"]["parameters"].as_array().unwrap();
    let parameter = |name: &str| search.iter().find(|parameter| parameter["name"] == name).unwrap()["schema"].clone();
    assert!(parameter("currency")["enum"].is_array() && parameter("price_max")["pattern"].is_string());
    // What is answered is not described by what is taken.
    assert!(field("Place", "phone").is_null() && field("Place", "check_in_time")["pattern"].is_null());
}

#[test]
fn every_body_says_that_it_has_no_further_fields() {
    let document = completed();
    let schema = |name: &str| document["components"]["schemas"][name].clone();
    for (name, operation) in operations(&document).into_iter().filter(|(_, op)| op["requestBody"].is_object()) {
        let body = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let body = body.as_str().unwrap_or_else(|| panic!("{name} has a body without a name")).rsplit('/').next();
        assert_eq!(schema(body.unwrap())["additionalProperties"], false, "{name}");
    }
    // Put together from two parts.
    let place = schema("NewPlace");
    assert!(place["properties"]["title"].is_object() && place["properties"]["city"].is_object(), "{place}");
    assert_eq!(place["required"], serde_json::json!(["title", "price"]));
    assert_eq!(schema("ImportedListing")["additionalProperties"], false);
}

#[test]
fn limited_endpoints_say_so() {
    let document = completed();
    let limited: Vec<_> = operations(&document)
        .into_iter()
        .filter(|(_, op)| op["responses"]["429"].is_object())
        .map(|(n, _)| n)
        .collect();
    let expected = [
        "auth/email/verification",
        "auth/email/verify",
        "auth/login",
        "auth/password",
        "auth/password/forgot",
        "auth/password/reset",
        "auth/refresh",
        "auth/register",
        "bookings",
    ]
    .map(|path| format!("post /api/v1/{path}"));
    assert_eq!(limited.iter().filter(|name| name.starts_with("post")).cloned().collect::<Vec<_>>(), expected);
    for list in ["places", "places/{id}/similar", "recommendations"] {
        assert!(limited.contains(&format!("get /api/v1/{list}")), "{list}");
    }
}

#[test]
fn operations_do_not_promise_what_they_do_not_keep() {
    let document = completed();
    let headers = |path: &str| -> Vec<_> {
        let parameters = document["paths"][format!("/api/v1/admin/{path}")]["post"]["parameters"].as_array().unwrap();
        let headers = parameters.iter().filter(|parameter| parameter["in"] == "header");
        headers.map(|header| header["name"].as_str().unwrap().to_owned()).collect()
    };
    for verb in ["rebuild", "resume", "park"] {
        assert_eq!(headers(&format!("projections/{{name}}/{verb}")), ["X-Request-Id"], "{verb}");
    }
    assert_eq!(headers("imports/listings"), ["X-Request-Id", "Prefer", "Idempotency-Key"]);
    let look = &document["paths"]["/api/v1/places/{id}/views"]["post"];
    let named = |parameter: &Value| parameter["name"].as_str().unwrap().to_owned();
    let look: Vec<_> = look["parameters"].as_array().unwrap().iter().map(named).collect();
    assert_eq!(look, ["id", "X-Request-Id", "Idempotency-Key"]);
}

#[tokio::test]
async fn swagger_ui_comes_with_the_server() {
    let house = app(docs::router(document()), &Settings::default());
    let page = send(&house, Request::get("/docs/"), "").await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("//unpkg.com") && !page.text.contains("https://"), "{}", page.text);
    let script = send(&house, Request::get("/docs/swagger-ui-bundle.js"), "").await;
    assert!(script.status.is_success() && script.text.len() > 100_000);
    let settings = send(&house, Request::get("/docs/swagger-initializer.js"), "").await;
    assert!(settings.text.contains("/openapi.json") && !settings.text.contains("petstore"), "{}", settings.text);
    let errors = send(&house, Request::get("/docs/errors"), "").await;
    assert!(errors.text.contains("idempotency_key_reused"));
    assert!(send(&house, Request::get("/openapi.json"), "").await.json()["paths"].is_object());
}
