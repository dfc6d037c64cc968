//! `POST /auth/register`

use harness::{PASSWORD, shared};
use serde_json::json;
use uuid::Uuid;

fn account(email: &str) -> serde_json::Value {
    json!({"email": email, "password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace"})
}

fn address() -> String {
    format!("ada.{}@example.org", Uuid::now_v7().simple())
}

#[tokio::test]
async fn answers_who_registered_and_nothing_of_the_password() {
    let email = address();
    let answer = shared().client().post("/auth/register", account(&email)).await.expect(201);
    let data = answer.data().as_object().expect("an object");
    let mut keys: Vec<_> = data.keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["created_at", "email", "first_name", "id", "last_name"]);
    assert_eq!(data["email"], email);
}

#[tokio::test]
async fn one_address_belongs_to_one_account_whatever_its_case() {
    let email = address();
    let client = shared().client();
    client.post("/auth/register", account(&email)).await.expect(201);
    client.post("/auth/register", account(&email.to_uppercase())).await.expect_error(409, "email_taken");
}

#[tokio::test]
async fn of_many_at_once_one_gets_the_address() {
    let email = address();
    let client = shared().client();
    let attempts = (0..8).map(|_| client.post("/auth/register", account(&email)));
    let mut statuses: Vec<_> = futures::future::join_all(attempts).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let body = json!({"email": "nobody", "password": "short", "first_name": " ", "nickname": "x"});
    let answer = shared().client().post("/auth/register", body).await.expect(422);
    let mut wrong: Vec<_> = answer.body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| (error["field"].as_str().expect("a field"), error["code"].as_str().expect("a code")))
        .collect();
    wrong.sort_unstable();
    assert_eq!(
        wrong,
        [
            ("email", "invalid_email"),
            ("first_name", "blank"),
            ("last_name", "required"),
            ("nickname", "unknown_field"),
            ("password", "too_short"),
        ]
    );
}
