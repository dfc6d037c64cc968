//! Places refer to the catalogue by code.

use harness::{PASSWORD, Server, shared};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::catalogue::in_language;

#[tokio::test]
async fn a_code_that_the_catalogue_does_not_have_is_refused_by_name() {
    let host = shared().client().somebody("Ines").await;
    let body = json!({"title": "Loft", "price": "80", "amenities": ["wifi", "helipad", "moat"]});
    let refused = host.client.post("/places", body).await.expect_error(422, "validation_failed");
    let errors = refused.body["errors"].as_array().expect("errors").clone();
    let told: Vec<_> = errors.iter().map(|error| (&error["field"], &error["code"])).collect();
    assert_eq!(told, [(&json!("amenities"), &json!("unknown_amenity")); 2]);
    assert!(errors[0]["message"].as_str().is_some_and(|message| message.contains("helipad")), "{errors:?}");

    let place = host.lists(json!({"amenities": ["wifi"]})).await;
    let path = format!("/places/{}", place.id);
    let refused = host.client.patch(&path, json!({"amenities": ["wifi", "moat"]})).await;
    refused.expect_error(422, "validation_failed");
    let changed = host.client.patch(&path, json!({"amenities": ["pool", "wifi"]})).await.expect(200);
    let codes: Vec<_> = changed.data()["amenities"].as_array().expect("a list").iter().map(|a| &a["code"]).collect();
    assert_eq!(codes, ["pool", "wifi"]);
}

#[tokio::test]
async fn an_import_leaves_out_what_the_catalogue_does_not_have() {
    let settings = [("HBNB_ADMIN_EMAIL", "root@example.org"), ("HBNB_ADMIN_PASSWORD", PASSWORD)];
    let server = Server::start(&settings).await;
    let admin = server.client().sign_in(Uuid::nil(), "root@example.org").await;
    let listing = json!({"line": 2, "listing_id": "1", "host_id": "7", "title": "Castle", "price": "80",
                         "amenities": ["moat", "wifi", "pool"]});
    let batch = json!({"source": "airbnb", "listings": [listing]});
    let outcome = admin.client.post("/admin/imports/listings", batch).await.expect(200);
    assert_eq!((&outcome.data()["created"], &outcome.data()["rejected"]), (&json!(1), &json!([])));
    let places = server.client().get("/places").await.expect(200);
    let named = json!([{"code": "wifi", "name": "Wi-Fi"}, {"code": "pool", "name": "Swimming pool"}]);
    assert_eq!(places.data()["items"][0]["amenities"], named);
}

#[tokio::test]
async fn names_are_told_in_the_language_asked_for_wherever_a_place_is_shown() {
    let client = shared().client();
    let host = client.somebody("Ines").await;
    let create = host.client.request(Method::POST, "/places").header("Accept-Language", "fr");
    let body = json!({"title": "Appartement", "price": "80", "amenities": ["washing_machine"]});
    let made = host.client.send(create.json(&body)).await.expect(201);
    let french = json!([{"code": "washing_machine", "name": "Lave-linge"}]);
    assert_eq!(made.data()["amenities"], french);
    let path = format!("/places/{}", made.id());
    assert_eq!(in_language(&client, &path, "fr").await.data()["amenities"], french);
    let own = in_language(&host.client, "/users/me/places", "fr").await.expect(200);
    assert_eq!(own.data()["items"][0]["amenities"], french);

    let english = client.get(&path).await.expect(200);
    assert_eq!(english.data()["amenities"][0]["name"], "Washing machine");
    let etag = english.header("etag").expect("a tag").to_owned();
    let known = |language| {
        client.request(Method::GET, &path).header("If-None-Match", &etag).header("Accept-Language", language)
    };
    client.send(known("en")).await.expect(304);
    client.send(known("fr")).await.expect(200);
}
