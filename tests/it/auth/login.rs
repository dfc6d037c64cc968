//! `POST /auth/login`

use harness::{PASSWORD, shared};
use serde_json::json;

#[tokio::test]
async fn a_session_is_a_bearer_token_for_an_hour_and_a_refresh_token() {
    let client = shared().client();
    let person = client.somebody("Grace").await;
    let answer = client.post("/auth/login", json!({"email": person.email, "password": PASSWORD})).await.expect(200);
    assert_eq!(answer.data()["token_type"], "Bearer");
    assert_eq!(answer.data()["expires_in"], 3600);
    let me = client.with_token(answer.data()["access_token"].as_str().expect("a token")).get("/users/me").await;
    assert_eq!(me.expect(200).id(), person.id);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let client = shared().client();
    let person = client.somebody("Grace").await;
    let wrong = client.post("/auth/login", json!({"email": person.email, "password": "not the password"})).await;
    let unknown = client.post("/auth/login", json!({"email": "nobody@example.org", "password": PASSWORD})).await;
    for answer in [&wrong, &unknown] {
        answer.clone().expect_error(401, "unauthenticated");
    }
    assert_eq!(wrong.body["message"], unknown.body["message"]);
}

#[tokio::test]
async fn without_a_session_a_user_s_resources_are_closed() {
    let client = shared().client();
    client.get("/users/me").await.expect_error(401, "unauthenticated");
    client.with_token("not.a.token").get("/users/me").await.expect_error(401, "unauthenticated");
    client.post("/places", json!({})).await.expect_error(401, "unauthenticated");
}
