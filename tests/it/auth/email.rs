//! `POST /auth/email/verify`, `/auth/email/verification`

use harness::{Answer, Client, Person, Server, letters, shared};
use jiff::SignedDuration;
use serde_json::json;

const LINK: &str = "verify-email#token=";

async fn verify(client: &Client, token: &str) -> Answer {
    client.post("/auth/email/verify", json!({"token": token})).await
}

async fn is_verified(person: &Person) -> bool {
    person.client.get("/users/me").await.expect(200).data()["email_verified"] == true
}

#[tokio::test]
async fn whoever_registers_is_sent_a_token_that_verifies_the_address_once() {
    let (server, client) = (shared(), shared().client());
    let person = client.somebody("Emmy").await;
    let welcome = server.letters_that_say(1, LINK, &person).await.remove(0);
    assert!(welcome.headers.contains("Subject: Welcome to HBNB"), "{}", welcome.headers);
    assert!(!is_verified(&person).await);

    verify(&client, &welcome.token()).await.expect(204);

    assert!(is_verified(&person).await);
    let again = verify(&client, &welcome.token()).await.expect_error(422, "validation_failed");
    assert_eq!(again.body["errors"][0]["code"], "invalid_token");
    verify(&client, "nonsense").await.expect_error(422, "validation_failed");
}

#[tokio::test]
async fn letters_are_in_the_person_s_language_and_repeat_nothing_that_the_person_wrote() {
    let (server, client) = (shared(), shared().client());
    let email = format!("{}@example.org", uuid::Uuid::now_v7().simple());
    let name = "Visitez evil.example";
    let body = json!({"email": email, "password": harness::PASSWORD, "first_name": name, "last_name": "Noether",
        "locale": "fr-CA"});
    let id = client.post("/auth/register", body).await.expect(201).id();
    let person = client.sign_in(id, &email).await;

    let welcome = server.letters_that_say(1, LINK, &person).await.remove(0);

    assert!(welcome.text.contains("Bonjour") && welcome.text.contains("créé avec cette adresse"), "{}", welcome.text);
    assert!(!welcome.text.contains("evil.example") && !welcome.headers.contains("evil.example"), "{welcome:?}");
}

#[tokio::test]
async fn links_lead_to_the_public_url() {
    let server = Server::start(&[("HBNB_PUBLIC_URL", "https://stay.example/app")]).await;
    let person = server.client().somebody("Emmy").await;

    let welcome = server.letters_that_say(1, LINK, &person).await.remove(0);

    assert!(welcome.text.contains("https://stay.example/app/verify-email#token="), "{}", welcome.text);
}

#[tokio::test]
async fn another_token_can_be_asked_for_until_the_address_is_verified() {
    let server = Server::start(&[]).await;
    let client = server.client();
    let person = client.somebody("Emmy").await;
    client.post_empty("/auth/email/verification").await.expect_error(401, "unauthenticated");
    server.letters_that_say(1, LINK, &person).await;

    person.client.post_empty("/auth/email/verification").await.expect(202);
    let sent = server.letters_that_say(2, LINK, &person).await;
    assert_ne!(sent[0].token(), sent[1].token());
    verify(&client, &sent[1].token()).await.expect(204);
    server.clock.advance(SignedDuration::from_mins(2));
    person.client.post_empty("/auth/email/verification").await.expect(202);

    let settled = harness::eventually(|| async {
        let jobs = server.app.jobs.counts().await.expect("jobs can be counted");
        (jobs.ready == 0 && jobs.leased == 0).then_some(jobs.dead)
    });
    assert_eq!(settled.await, 0);
    assert_eq!(letters(server.data(), &person.email).len(), 2, "none to an address that is verified");
}

#[tokio::test]
async fn a_token_is_too_old_after_two_days() {
    let server = Server::start(&[]).await;
    let person = server.client().somebody("Emmy").await;
    let welcome = server.letters_that_say(1, LINK, &person).await.remove(0);

    server.clock.advance(SignedDuration::from_hours(48) + SignedDuration::from_secs(1));

    verify(&server.client(), &welcome.token()).await.expect_error(422, "validation_failed");
}
