//! `GET /amenities`, `POST /amenities`, `GET /amenities/{code}`

use harness::{Answer, Client, PASSWORD, Server, shared};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) async fn in_language(client: &Client, path: &str, language: &str) -> Answer {
    client.send(client.request(Method::GET, path).header("Accept-Language", language)).await
}

fn name_of(list: &Answer, code: &str) -> Option<Value> {
    let items = list.data()["items"].as_array().expect("items");
    items.iter().find(|item| item["code"] == code).map(|item| item["name"].clone())
}

#[tokio::test]
async fn anyone_reads_the_catalogue_in_english_or_french() {
    let client = shared().client();
    let english = client.get("/amenities").await.expect(200);
    assert!(english.data()["total"].as_u64().is_some_and(|total| total >= 50), "{}", english.data()["total"]);
    assert_eq!(name_of(&english, "washing_machine"), Some(json!("Washing machine")));
    let french = in_language(&client, "/amenities", "fr-CA, en;q=0.5").await.expect(200);
    assert_eq!(name_of(&french, "washing_machine"), Some(json!("Lave-linge")));
    assert_eq!(french.data()["total"], english.data()["total"]);
    let vary = french.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>();
    assert!(vary.join(",").contains("Accept-Language"), "{vary:?}");

    let one = in_language(&client, "/amenities/wifi", "fr").await.expect(200);
    assert_eq!(one.data(), &json!({"code": "wifi", "name": "Wi-Fi"}));
    client.get("/amenities/helipad").await.expect_error(404, "not_found");
    client.get("/amenities/No%20Code").await.expect_error(404, "not_found");
}

#[tokio::test]
async fn an_admin_adds_what_is_missing_once() {
    let settings = [("HBNB_ADMIN_EMAIL", "root@example.org"), ("HBNB_ADMIN_PASSWORD", PASSWORD)];
    let server = Server::start(&settings).await;
    let client = server.client();
    let (person, admin) = (client.somebody("Ana").await, client.sign_in(Uuid::nil(), "root@example.org").await);
    let cellar = json!({"code": "wine_cellar", "name_en": "Wine cellar", "name_fr": "Cave à vin"});
    client.post("/amenities", cellar.clone()).await.expect_error(401, "unauthenticated");
    person.client.post("/amenities", cellar.clone()).await.expect_error(403, "forbidden");
    let bad = json!({"code": "Wine Cellar", "name_en": "", "name": "x"});
    let refused = admin.client.post("/amenities", bad).await.expect_error(422, "validation_failed");
    let fields: Vec<_> = refused.body["errors"].as_array().expect("errors").iter().map(|e| &e["field"]).collect();
    assert_eq!(fields, ["code", "name_en", "name_fr", "name"]);

    let key = Uuid::now_v7().to_string();
    let added = admin.client.post_once("/amenities", &key, cellar.clone()).await.expect(201);
    assert_eq!(added.data(), &json!({"code": "wine_cellar", "name": "Wine cellar"}));
    assert_eq!(added.header("location"), Some("/api/v1/amenities/wine_cellar"));
    let repeat = admin.client.post_once("/amenities", &key, cellar.clone()).await.expect(201);
    assert_eq!(repeat.header("idempotency-replayed"), Some("true"));

    let french = in_language(&client, "/amenities", "fr").await.expect(200);
    assert_eq!(name_of(&french, "wine_cellar"), Some(json!("Cave à vin")));
    let wifi = json!({"code": "wifi", "name_en": "Internet", "name_fr": "Internet"});
    for taken in [cellar, wifi] {
        let refused = admin.client.post("/amenities", taken).await.expect_error(422, "validation_failed");
        assert_eq!(
            (&refused.body["errors"][0]["field"], &refused.body["errors"][0]["code"]),
            (&json!("code"), &json!("taken"))
        );
    }

    // Places may refer to it from now on.
    let place = person.lists(json!({"amenities": ["wine_cellar", "wifi"]})).await;
    let seen = in_language(&client, &format!("/places/{}", place.id), "fr").await.expect(200);
    let names = json!([{"code": "wine_cellar", "name": "Cave à vin"}, {"code": "wifi", "name": "Wi-Fi"}]);
    assert_eq!(seen.data()["amenities"], names);
}

#[tokio::test]
async fn two_admins_add_the_same_code_and_one_is_refused() {
    let settings = [("HBNB_ADMIN_EMAIL", "root@example.org"), ("HBNB_ADMIN_PASSWORD", PASSWORD)];
    let server = Server::start(&settings).await;
    let admin = server.client().sign_in(Uuid::nil(), "root@example.org").await;
    let add =
        || admin.client.post("/amenities", json!({"code": "helipad", "name_en": "Helipad", "name_fr": "Héliport"}));
    let (one, other) = tokio::join!(add(), add());
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422]);
}
