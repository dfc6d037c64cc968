//! `PATCH /places/{id}`

use harness::shared;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn only_what_is_named_changes() {
    let host = shared().client().somebody("Lena").await;
    let place = host.lists(json!({"description": "By the canal."})).await;
    let path = format!("/places/{}", place.id);
    let changed = host.client.patch(&path, json!({"price": "130.00", "description": null})).await.expect(200);
    assert_eq!(changed.data()["price"]["amount"], "130.00");
    assert_eq!(changed.data()["description"], serde_json::Value::Null);
    assert_eq!(changed.data()["title"], "Maison près du canal");
    assert_eq!(changed.data()["version"], 2);
}

#[tokio::test]
async fn a_zone_that_nobody_named_follows_the_coordinates() {
    let host = shared().client().somebody("Lena").await;
    let los_angeles = || json!({"latitude": 34.05, "longitude": -118.24});
    for (made, zone) in [
        (json!({"latitude": null, "longitude": null}), "America/Los_Angeles"),
        (json!({}), "America/Los_Angeles"),
        (json!({"time_zone": "Asia/Tokyo"}), "Asia/Tokyo"),
    ] {
        let place = host.lists(made).await;
        let moved = host.client.patch(&format!("/places/{}", place.id), los_angeles()).await.expect(200);
        assert_eq!(moved.data()["time_zone"], zone);
    }
}

#[tokio::test]
async fn whatever_is_wrong_is_told_at_once() {
    let host = shared().client().somebody("Lena").await;
    let place = host.lists(json!({})).await;
    let change = json!({"price": "1.234", "amenities": ["nope"]});
    let refused = host.client.patch(&format!("/places/{}", place.id), change).await;
    let refused = refused.expect_error(422, "validation_failed");
    let fields = [0, 1].map(|at| &refused.body["errors"][at]["field"]);
    assert_eq!(fields, ["amenities", "price"]);
}

#[tokio::test]
async fn another_s_listed_place_is_forbidden_and_a_draft_is_not_there() {
    let client = shared().client();
    let host = client.somebody("Lena").await;
    let stranger = client.somebody("Mallory").await;
    let listed = host.lists(json!({})).await;
    let draft = host.lists(json!({"status": "draft"})).await;
    let change = json!({"price": "1.00"});
    stranger.client.patch(&format!("/places/{}", listed.id), change.clone()).await.expect_error(403, "forbidden");
    stranger.client.patch(&format!("/places/{}", draft.id), change).await.expect_error(404, "not_found");
    stranger.client.get(&format!("/places/{}", draft.id)).await.expect_error(404, "not_found");
}

#[tokio::test]
async fn if_match_guards_against_lost_updates() {
    let host = shared().client().somebody("Lena").await;
    let place = host.lists(json!({})).await;
    let path = format!("/places/{}", place.id);
    let etag = host.client.get(&path).await.expect(200).header("etag").expect("an ETag").to_owned();
    let change = |price: &str, tag: &str| {
        host.client.request(Method::PATCH, &path).header("If-Match", tag).json(&json!({"price": price}))
    };
    host.client.send(change("130.00", &etag)).await.expect(200);
    host.client.send(change("140.00", &etag)).await.expect_error(412, "version_mismatch");
    let now = host.client.get(&path).await.expect(200);
    assert_eq!(now.data()["price"]["amount"], "130.00");
}

#[tokio::test]
async fn limits_that_contradict_each_other_are_refused() {
    let host = shared().client().somebody("Lena").await;
    let place = host.lists(json!({"min_nights": 2, "max_nights": 5})).await;
    let path = format!("/places/{}", place.id);
    host.client.patch(&path, json!({"min_nights": 6})).await.expect_error(422, "validation_failed");
}

#[tokio::test]
async fn a_price_is_read_in_the_currency_that_the_place_has_by_then() {
    let client = shared().client();
    let host = client.somebody("Lena").await;
    let place = host.lists(json!({"price": "15000", "currency": "JPY"})).await;
    let path = format!("/places/{}", place.id);
    // The view may not show yet what the next change rests on.
    let euros = host.client.request(Method::PATCH, &path).header("Prefer", "respond-async");
    host.client.send(euros.json(&json!({"price": "90.50", "currency": "EUR"}))).await.expect(200);
    let dearer = host.client.patch(&path, json!({"price": "95.50"})).await.expect(200);
    assert_eq!(dearer.data()["price"], json!({"amount": "95.50", "currency": "EUR"}));
    let refused = host.client.patch(&path, json!({"price": "1.234"})).await.expect_error(422, "validation_failed");
    assert_eq!(refused.body["errors"][0]["code"], "too_precise");
    let alone = host.client.patch(&path, json!({"currency": "JPY"})).await.expect_error(422, "validation_failed");
    assert_eq!(
        (&alone.body["errors"][0]["field"], &alone.body["errors"][0]["code"]),
        (&json!("price"), &json!("required"))
    );
    // Whose place it is comes before what its price could be.
    let stranger = client.somebody("Mallory").await;
    stranger.client.patch(&path, json!({"price": "1.234"})).await.expect_error(403, "forbidden");
}
