//! `/users/{id}`

use harness::shared;
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn anyone_sees_the_first_name_and_neither_address_nor_number() {
    let client = shared().client();
    let person = client.somebody("Marie").await;
    person.client.patch("/users/me", json!({"phone": "+33612345678"})).await.expect(200);
    let seen = client.get(&format!("/users/{}", person.id)).await.expect(200);
    assert_eq!(seen.data()["first_name"], "Marie");
    let text = seen.body.to_string();
    assert!(!text.contains(&person.email) && !text.contains("612345678") && !text.contains("Tester"), "{text}");
}

#[tokio::test]
async fn nobody_is_404_and_so_is_no_id() {
    let client = shared().client();
    client.get(&format!("/users/{}", Uuid::now_v7())).await.expect_error(404, "not_found");
    let answer = client.get("/users/42").await.expect_error(404, "not_found");
    assert_ne!(answer.body["request_id"], Value::Null);
}
