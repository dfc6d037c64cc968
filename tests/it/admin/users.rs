//! `GET /admin/users`

use harness::{Answer, Client, shared};
use serde_json::Value;

async fn search(client: &Client, q: &str) -> Answer {
    client.send(client.request(reqwest::Method::GET, "/admin/users").query(&[("q", q)])).await
}

fn ids(answer: &Answer) -> Vec<String> {
    let items = answer.data()["items"].as_array().expect("items");
    items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn an_admin_finds_people_by_id_by_address_and_by_the_beginning_of_a_name() {
    let (admin, client) = (shared().admin().await, shared().client());
    let name = format!("Z{}", uuid::Uuid::now_v7().simple());
    let person = client.somebody(&name).await;
    let id = person.id.to_string();

    for q in [id.as_str(), &person.email, &person.email.to_uppercase(), &name[..20], &name.to_uppercase()] {
        assert_eq!(ids(&search(&admin.client, q).await.expect(200)), [id.as_str()], "{q}");
    }
    let found = search(&admin.client, &id).await.expect(200);
    let item = &found.data()["items"][0];
    assert_eq!((&item["suspended"], &item["email_verified"]), (&Value::from(false), &Value::from(false)));
    assert_eq!(found.data()["total"], 1);
    search(&person.client, &id).await.expect_error(403, "forbidden");
    search(&client, &id).await.expect_error(401, "unauthenticated");
}
