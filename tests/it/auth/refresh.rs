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

/// Between two questions of [`refused_within_a_second`].
const PACE: Duration = Duration::from_millis(20);

/// Asks until the session, which ended at `end`, is over for its access token too: within a second, and one more
/// question.
async fn refused_within_a_second(client: &Client, end: Instant) {
    let mut pace = tokio::time::interval(PACE);
    loop {
        pace.tick().await;
        let asked = end.elapsed();
        if client.get("/users/me").await.status == 401 {
            return;
        }
        assert!(asked <= Duration::from_secs(1), "the token still works {asked:?} after the session's end");
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
    let third = refresh(&client, &refresh_token(&second)).await.expect(200);
    refresh(&client, &person.refresh_token).await.expect_error(401, "unauthenticated");
    let end = Instant::now();
    refresh(&client, &refresh_token(&third)).await.expect_error(401, "unauthenticated");
    refused_within_a_second(&person.client, end).await;
}

#[tokio::test]
async fn an_answer_that_got_lost_may_be_asked_for_again_and_its_token_is_then_worthless() {
    let client = shared().client();
    let person = client.somebody("Alan").await;
    let lost = refresh(&client, &person.refresh_token).await.expect(200);
    let got = refresh(&client, &person.refresh_token).await.expect(200);
    assert_ne!(refresh_token(&lost), refresh_token(&got));
    let next = refresh(&client, &refresh_token(&got)).await.expect(200);
    // Whoever has the lost answer is not the one who asked again.
    refresh(&client, &refresh_token(&lost)).await.expect_error(401, "unauthenticated");
    refresh(&client, &refresh_token(&next)).await.expect_error(401, "unauthenticated");
}

#[tokio::test]
async fn signing_out_ends_the_session_within_a_second() {
    let client = shared().client();
    let person = client.somebody("Alan").await;
    let body = json!({"refresh_token": person.refresh_token});
    person.client.post("/auth/logout", body).await.expect(204);
    let end = Instant::now();
    refresh(&client, &person.refresh_token).await.expect_error(401, "unauthenticated");
    refused_within_a_second(&person.client, end).await;
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_of_that_user_alone() {
    let client = shared().client();
    let person = client.somebody("Alan").await;
    let other_session = client.sign_in(person.id, &person.email).await;
    let bystander = client.somebody("Kurt").await;
    person.client.post_empty("/auth/logout-all").await.expect(204);
    let end = Instant::now();
    tokio::join!(refused_within_a_second(&person.client, end), refused_within_a_second(&other_session.client, end));
    bystander.client.get("/users/me").await.expect(200);
}

#[tokio::test]
async fn signing_out_everywhere_with_somebody_elses_token_ends_nothing() {
    let client = shared().client();
    let (person, other) = (client.somebody("Alan").await, client.somebody("Kurt").await);
    for token in [other.refresh_token.as_str(), "of nobody"] {
        let body = json!({"refresh_token": token});
        person.client.post("/auth/logout-all", body).await.expect_error(401, "unauthenticated");
    }
    for somebody in [&person, &other] {
        refresh(&client, &somebody.refresh_token).await.expect(200);
    }
    // Spent by now, and theirs all the same.
    let body = json!({"refresh_token": person.refresh_token});
    person.client.post("/auth/logout-all", body).await.expect(204);
    refused_within_a_second(&person.client, Instant::now()).await;
    other.client.get("/users/me").await.expect(200);
}
