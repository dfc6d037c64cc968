//! `POST /auth/password`, `/auth/password/forgot`, `/auth/password/reset`

use harness::{Answer, Client, PASSWORD, Person, Server, eventually, letters, shared};
use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

const NEW: &str = "another horse, another battery";

async fn sign_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/auth/login", json!({"email": email, "password": password})).await
}

async fn change(person: &Person, current: &str, new: &str) -> Answer {
    person.client.post("/auth/password", json!({"current_password": current, "new_password": new})).await
}

async fn forgot(client: &Client, email: &str) -> Answer {
    client.post("/auth/password/forgot", json!({"email": email})).await
}

async fn reset(client: &Client, token: &str, password: &str) -> Answer {
    client.post("/auth/password/reset", json!({"token": token, "password": password})).await
}

/// The one field that was wrong, and its code.
#[track_caller]
fn wrong(answer: Answer) -> (String, String) {
    let answer = answer.expect_error(422, "validation_failed");
    let errors = answer.body["errors"].as_array().expect("errors").clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    assert_eq!(errors.len(), 1, "{errors:?}");
    (text(&errors[0]["field"]), text(&errors[0]["code"]))
}

/// Until a session is over for its access token, too.
async fn is_refused(client: &Client) {
    eventually(|| async { (client.get("/users/me").await.status == 401).then_some(()) }).await;
}

/// A token of the kind that is sent, by way of the mailbox.
async fn token(server: &Server, person: &Person) -> String {
    forgot(&server.client(), &person.email).await.expect(202);
    server.letters_that_say(1, "reset-password#token=", person).await.pop().expect("a letter").token()
}

#[tokio::test]
async fn a_changed_password_ends_every_session_but_the_own_one() {
    let (server, client) = (shared(), shared().client());
    let person = client.somebody("Hedy").await;
    let elsewhere = client.sign_in(person.id, &person.email).await;

    change(&person, PASSWORD, NEW).await.expect(204);

    is_refused(&elsewhere.client).await;
    person.client.get("/users/me").await.expect(200);
    client.post("/auth/refresh", json!({"refresh_token": person.refresh_token})).await.expect(200);
    sign_in(&client, &person.email, PASSWORD).await.expect_error(401, "unauthenticated");
    sign_in(&client, &person.email, NEW).await.expect(200);
    let notice = server.letters_that_say(1, "password of your HBNB account was changed", &person).await;
    assert!(!notice[0].text.contains("token"), "{notice:?}");
}

#[tokio::test]
async fn auditors_see_that_a_password_was_changed_and_how_but_nothing_of_it() {
    let (server, client) = (shared(), shared().client());
    let person = client.somebody("Hedy").await;
    change(&person, PASSWORD, NEW).await.expect(204);
    reset(&client, &token(server, &person).await, PASSWORD).await.expect(204);

    let stored = "select payload::text from events where event_type = 'user.password_changed' and aggregate_id = $1 \
                  order by sequence";
    let stored: Vec<String> =
        sqlx::query_scalar(stored).bind(person.id.to_string()).fetch_all(server.app.pool()).await.expect("events");

    let events: Vec<Value> = stored.iter().map(|text| serde_json::from_str(text).expect("JSON")).collect();
    assert_eq!(events.iter().map(|event| &event["proof"]).collect::<Vec<_>>(), ["password", "mail"]);
    let mut keys: Vec<_> = events[0].as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["at", "change_id", "kept_session", "proof", "type"]);
}

#[tokio::test]
async fn a_change_needs_the_password_and_a_better_one() {
    let client = shared().client();
    let person = client.somebody("Augustina").await;
    let local = person.email.split('@').next().expect("a name").to_owned();
    let of_new = |code: &str| ("new_password".to_owned(), code.to_owned());

    let answer = change(&person, "not my password", NEW).await;
    assert_eq!(wrong(answer), ("current_password".to_owned(), "incorrect".to_owned()));
    let answer = change(&person, &"x".repeat(500), NEW).await;
    assert_eq!(wrong(answer), ("current_password".to_owned(), "incorrect".to_owned()));
    assert_eq!(wrong(change(&person, PASSWORD, PASSWORD).await), of_new("unchanged"));
    assert_eq!(wrong(change(&person, PASSWORD, "short").await), of_new("too_short"));
    assert_eq!(wrong(change(&person, PASSWORD, "Password123").await), of_new("too_common"));
    for telling in [person.email.as_str(), &local.to_uppercase(), "Augustina Tester", "tester-augustina"] {
        assert_eq!(wrong(change(&person, PASSWORD, telling).await), of_new("too_personal"), "{telling}");
    }
    change(&person, PASSWORD, NEW).await.expect(204);
    client.post("/auth/password", json!({})).await.expect_error(401, "unauthenticated");
}

#[tokio::test]
async fn a_forgotten_password_is_reset_once_by_a_token_that_is_sent() {
    let (server, client) = (shared(), shared().client());
    let person = client.somebody("Hedy").await;
    let token = token(server, &person).await;

    // What is wrong with the password costs no token.
    assert_eq!(wrong(reset(&client, &token, "Password123").await).1, "too_common");
    assert_eq!(wrong(reset(&client, &token, &person.email).await).1, "too_personal");
    reset(&client, &token, NEW).await.expect(204);

    is_refused(&person.client).await;
    let refreshed = client.post("/auth/refresh", json!({"refresh_token": person.refresh_token})).await;
    refreshed.expect_error(401, "unauthenticated");
    sign_in(&client, &person.email, NEW).await.expect(200);
    sign_in(&client, &person.email, PASSWORD).await.expect_error(401, "unauthenticated");
    let bad = ("token".to_owned(), "invalid_token".to_owned());
    for token in [token.as_str(), "nonsense"] {
        assert_eq!(wrong(reset(&client, token, "a third good password").await), bad);
    }
    server.letters_that_say(1, "password of your HBNB account was changed", &person).await;
}

#[tokio::test]
async fn of_many_resets_at_once_by_one_token_one_succeeds() {
    let (server, client) = (shared(), shared().client());
    let person = client.somebody("Hedy").await;
    let token = token(server, &person).await;

    let attempts = futures::future::join_all((0..6).map(|number| {
        let (client, token) = (client.clone(), token.clone());
        async move { reset(&client, &token, &format!("good password {number}")).await.status }
    }));

    let mut statuses = attempts.await;
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 422, 422, 422, 422, 422]);
}

#[tokio::test]
async fn the_answer_to_a_forgotten_password_does_not_tell_whether_the_address_is_known() {
    let client = shared().client();
    let person = client.somebody("Hedy").await;
    let stranger = format!("{}@example.org", Uuid::now_v7().simple());

    let known = forgot(&client, &person.email).await.expect(202);
    let unknown = forgot(&client, &stranger).await.expect(202);

    assert_eq!(known.data(), unknown.data());
    assert_eq!(known.body["message"], unknown.body["message"]);
    let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&known), names(&unknown));
    shared().letters_that_say(1, "reset-password#token=", &person).await;
    assert_eq!(letters(shared().data(), &stranger), []);
}

#[tokio::test]
async fn asking_again_within_a_minute_sends_no_second_letter() {
    let server = Server::start(&[]).await;
    let person = server.client().somebody("Hedy").await;
    for _ in 0..3 {
        forgot(&server.client(), &person.email).await.expect(202);
    }
    server.letters_that_say(1, "reset-password#token=", &person).await;
    server.clock.advance(SignedDuration::from_mins(1));
    forgot(&server.client(), &person.email).await.expect(202);

    let sent = server.letters_that_say(2, "reset-password#token=", &person).await;

    assert_eq!(sent.len(), 2, "{sent:?}");
    // Each is good until one is used.
    reset(&server.client(), &sent[0].token(), NEW).await.expect(204);
    reset(&server.client(), &sent[1].token(), PASSWORD).await.expect_error(422, "validation_failed");
}

#[tokio::test]
async fn a_token_is_too_old_after_an_hour() {
    let server = Server::start(&[]).await;
    let person = server.client().somebody("Hedy").await;
    let token = token(&server, &person).await;

    server.clock.advance(SignedDuration::from_secs(3_601));

    let answer = reset(&server.client(), &token, NEW).await;
    assert_eq!(wrong(answer), ("token".to_owned(), "invalid_token".to_owned()));
    sign_in(&server.client(), &person.email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_password_changed_before_makes_a_token_worthless() {
    let (server, client) = (shared(), shared().client());
    let person = client.somebody("Hedy").await;
    let token = token(server, &person).await;

    change(&person, PASSWORD, NEW).await.expect(204);

    assert_eq!(wrong(reset(&client, &token, "a third good password").await).1, "invalid_token");
}
