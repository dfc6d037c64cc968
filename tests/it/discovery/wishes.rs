//! What a person wishes of places: kept in the profile, kept to by recommendations.

use harness::{Answer, Person, Server, shared};
use serde_json::{Value, json};

use super::{ids, problems, recommended};

async fn wish(person: &Person, preferences: Value) -> Answer {
    person.client.patch("/users/me", json!({"preferences": preferences})).await
}

#[tokio::test]
async fn wishes_are_kept_beside_switches_and_shown_in_one_form() {
    let person = shared().client().somebody("Gil").await;
    let sent = json!({
        "max_price": "150", "preferred_location": [48.86, 2.35], "preferred_radius": 7.5, "amenities": ["wifi"],
        "email_booking": false,
    });
    let kept = json!({
        "max_price": {"amount": "150.00", "currency": "EUR"}, "preferred_location": "48.86,2.35",
        "preferred_radius": 7.5, "amenities": ["wifi"], "email_booking": false,
    });
    let changed = wish(&person, sent.clone()).await.expect(200);
    assert_eq!(changed.data()["preferences"], kept);
    assert_eq!(person.client.get("/users/me").await.expect(200).data()["preferences"], kept);
    // The same again, in whatever form, changes nothing.
    for again in [sent, kept] {
        assert_eq!(wish(&person, again).await.expect(200).data()["version"], changed.data()["version"]);
    }
}

#[tokio::test]
async fn a_wish_that_makes_no_sense_is_refused_by_its_name() {
    let person = shared().client().somebody("Gil").await;
    let sent = json!({
        "max_price": {"amount": "-1"}, "preferred_location": "95,0", "preferred_radius": 1000, "amenities": ["Wi-Fi"],
    });
    let mut told = problems(&wish(&person, sent).await.expect_error(422, "validation_failed"));
    told.sort();
    let expected = [
        "preferences.amenities[0]: invalid_code",
        "preferences.max_price.amount: not_positive",
        "preferences.preferred_location: out_of_range",
        "preferences.preferred_radius: out_of_range",
    ];
    assert_eq!(told, expected);
    let unknown = wish(&person, json!({"amenities": ["wifi", "moat"]})).await.expect_error(422, "validation_failed");
    assert_eq!(problems(&unknown), ["preferences.amenities: unknown_amenity"]);
    assert_eq!(person.client.get("/users/me").await.expect(200).data()["version"], 1);
}

#[tokio::test]
async fn recommendations_keep_to_wishes_as_they_stand() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let host = client.somebody("Hana").await;
    let paris = host.lists(json!({"amenities": ["wifi"]})).await.id;
    let dear = host.lists(json!({"price": "120.01", "amenities": ["wifi", "pool"]})).await.id;
    let dollars = host.lists(json!({"price": "90.00", "currency": "USD"})).await.id;
    let lyon = host.lists(json!({"latitude": 45.76, "longitude": 4.83, "city": "Lyon", "price": "50.00"})).await.id;
    let guest = client.somebody("Gil").await;
    let with = async |preferences: Value| {
        wish(&guest, preferences).await.expect(200);
        let mut found = recommended(&guest).await;
        found.sort();
        found
    };
    assert_eq!(with(json!({})).await, [paris, dear, dollars, lyon]);
    assert_eq!(with(json!({"max_price": "120.00"})).await, [paris, lyon]);
    assert_eq!(with(json!({"max_price": {"amount": 90, "currency": "USD"}})).await, [dollars]);
    assert_eq!(with(json!({"amenities": ["wifi", "pool"]})).await, [dear]);
    assert_eq!(with(json!({"preferred_location": "LYON"})).await, [lyon]);
    // Where nothing is said ten kilometres are meant; Lyon is 392 away.
    assert_eq!(with(json!({"preferred_location": "48.87,2.37"})).await, [paris, dear, dollars]);
    let far = json!({"preferred_location": "48.87,2.37", "preferred_radius": 400, "max_price": 100});
    assert_eq!(with(far).await, [lyon]);
    assert_eq!(with(Value::Null).await, [paris, dear, dollars, lyon]);
}

#[tokio::test]
async fn met_wishes_are_told_and_nearer_is_better() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let host = client.somebody("Hana").await;
    let exactly = |latitude: f64| json!({"latitude": latitude, "location_precision": "exact"});
    let near = host.lists(exactly(48.87)).await.id;
    let farther = host.lists(exactly(48.92)).await.id;
    let guest = client.somebody("Gil").await;
    wish(&guest, json!({"preferred_location": "48.87,2.3677", "max_price": 200})).await.expect(200);
    let answer = guest.client.get("/recommendations").await.expect(200);
    assert_eq!(ids(&answer), [near, farther]);
    let items = &answer.data()["items"];
    assert_eq!((&items[0]["distance_km"], &items[1]["distance_km"]), (&json!(0.0), &json!(5.55)));
    let told = json!([
        {"code": "preferred_location", "text": "Where you would like to stay"},
        {"code": "new", "text": "New here"},
        {"code": "within_budget", "text": "Within your budget"},
    ]);
    assert_eq!(items[0]["reasons"], told);
}
