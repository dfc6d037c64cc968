//! `POST /auth/refresh`, `/auth/logout`, `/auth/logout-all`

use std::time::{Duration, Instant};

use harness::{Answer, Client, shared};
use serde_json::json;

async fn refresh(client: &Client, token: &str) -> Answer {
    client.post("/auth/refresh", json!({"refresh_token": token})).await
}

fn refresh_token(answer: &Answer) -> String {
    answer.data()["refresh_token"].as_str().expect("a token").to_owned()
}

/// Asks until the session is over; that must come within a second.
async fn refused_within_a_second(client: &Client) {
    let start = Instant::now();
    while client.get("/users/me").await.status != 401 {
        assert!(start.elapsed() < Duration::from_secs(2), "the token still works");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn each_token_is_spent_by_its_use() {
    let client = shared().client();
    let person = client.somebody("Alan").await;
    let second = refresh(&client, &person.refresh_token).await.expect(200);
    let third = refresh(&client, &refresh_token(&second)).await.expect(200);
    let access = third.data()["access_token"].as_str().expect("a token").to_owned();
    client.with_token(access).get("/users/me").await.expect(200);
}

#[tokio::test]
async fn reuse_of_a_spent_token_revokes_the_whole_family() {
    let client = shared().client();
    let person = client.somebody("Alan").await;
    let second = refresh(&client, &person.refresh_token).await.expect(200);
    refresh(&client, &person.refresh_token).await.expect_error(401, "unauthenticated");
    refresh(&client, &refresh_token(&second)).await.expect_error(401, "unauthenticated");
    refused_within_a_second(&person.client).await;
}

#[tokio::test]
async fn signing_out_ends_the_session_within_a_second() {
    let client = shared().client();
    let person = client.somebody("Alan").await;
    let body = json!({"refresh_token": person.refresh_token});
    person.client.post("/auth/logout", body).await.expect(204);
    refresh(&client, &person.refresh_token).await.expect_error(401, "unauthenticated");
    refused_within_a_second(&person.client).await;
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_of_that_user_alone() {
    let client = shared().client();
    let person = client.somebody("Alan").await;
    let other_session = client.sign_in(person.id, &person.email).await;
    let bystander = client.somebody("Kurt").await;
    person.client.post_empty("/auth/logout-all").await.expect(204);
    refused_within_a_second(&person.client).await;
    refused_within_a_second(&other_session.client).await;
    bystander.client.get("/users/me").await.expect(200);
}
