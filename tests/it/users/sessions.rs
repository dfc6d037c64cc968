//! `/users/me/sessions`

use harness::{Answer, PASSWORD, eventually, shared};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

fn items(answer: &Answer) -> Vec<Value> {
    answer.data()["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn a_user_sees_the_own_open_sessions_and_which_one_is_current() {
    let client = shared().client();
    let person = client.somebody("Radia").await;
    let login = client.request(Method::POST, "/auth/login").header("User-Agent", "Lynx/2.9");
    let login = client.send(login.json(&json!({"email": person.email, "password": PASSWORD}))).await.expect(200);
    let lynx = client.with_token(login.data()["access_token"].as_str().expect("a token"));

    let sessions = items(&lynx.get("/users/me/sessions").await.expect(200));

    assert_eq!(sessions.len(), 2);
    let mut keys: Vec<_> = sessions[0].as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["current", "expires_at", "id", "opened_at", "refreshed_at", "user_agent"]);
    assert_eq!((&sessions[0]["user_agent"], &sessions[0]["current"]), (&json!("Lynx/2.9"), &json!(true)));
    assert_eq!(sessions[1]["current"], false);
    client.get("/users/me/sessions").await.expect_error(401, "unauthenticated");
}

#[tokio::test]
async fn a_session_is_ended_by_its_owner_alone() {
    let client = shared().client();
    let person = client.somebody("Radia").await;
    let other = client.sign_in(person.id, &person.email).await;
    let stranger = client.somebody("Mallory").await;
    let sessions = items(&person.client.get("/users/me/sessions").await.expect(200));
    let ended = sessions.iter().find(|session| session["current"] == false).expect("the other one");
    let path = format!("/users/me/sessions/{}", ended["id"].as_str().expect("an id"));

    stranger.client.delete(&path).await.expect_error(404, "not_found");
    other.client.get("/users/me").await.expect(200);
    person.client.delete(&path).await.expect(204);

    eventually(|| async { (other.client.get("/users/me").await.status == 401).then_some(()) }).await;
    let refresh = client.post("/auth/refresh", json!({"refresh_token": other.refresh_token})).await;
    refresh.expect_error(401, "unauthenticated");
    person.client.delete(&path).await.expect_error(404, "not_found");
    person.client.delete(&format!("/users/me/sessions/{}", Uuid::nil())).await.expect_error(404, "not_found");
    assert_eq!(items(&person.client.get("/users/me/sessions").await.expect(200)).len(), 1);
}
