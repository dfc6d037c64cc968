//! Neither side learns anything of the other's review before both are in.

use commands::{Actor, Context};
use domain::review::{Categories, Opinion, Stars};
use harness::{Person, eventually, needs_postgres};
use infra::app::{App, Schema};
use infra::config::Config;
use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::Scene;

#[tokio::test]
async fn a_review_alone_is_nobodys_but_its_authors() {
    let scene = Scene::of_a_completed_stay().await;
    let mut before = Vec::new();
    for person in [&scene.host, &scene.stranger, &scene.admin] {
        before.push(scene.told(&person.client).await);
    }
    let due = async || scene.host.client.get("/users/me/reviews/due").await.expect(200).data().clone();
    let due_before = due().await;
    let own = scene.review(&scene.guest, 2).await.expect(201);
    let id = own.id();
    assert_eq!(own.header("location"), Some(format!("/api/v1/reviews/{id}").as_str()));
    assert_eq!((&own.data()["status"], &own.data()["published_at"]), (&json!("submitted"), &Value::Null));

    // The author reads it back, one by one and in the list of its own.
    let path = format!("/reviews/{id}");
    assert_eq!(scene.guest.client.get(&path).await.expect(200).data()["rating"], 2);
    let mine = scene.guest.client.get("/users/me/reviews").await.expect(200);
    assert_eq!((&mine.data()["items"][0]["id"], &mine.data()["total"]), (&json!(id), &json!(1)));

    // Nobody else learns that there is one: the host and an admin no more than a stranger, or somebody not signed in.
    let mut after = Vec::new();
    for person in [&scene.host, &scene.stranger, &scene.admin] {
        person.client.get(&path).await.expect_error(404, "not_found");
        assert_eq!(person.client.get("/users/me/reviews").await.expect(200).data()["total"], 0);
        after.push(scene.told(&person.client).await);
    }
    assert_eq!(after, before);
    scene.server.client().get(&path).await.expect_error(404, "not_found");
    let reply = scene.host.client.post(&format!("{path}/reply"), json!({"text": "Thanks"})).await;
    reply.expect_error(404, "not_found");
    let hide = scene.admin.client.post(&format!("/admin{path}/hide"), json!({"reason": "Insult"})).await;
    hide.expect_error(404, "not_found");
    // The stay still waits for the host's own, as if nothing had happened.
    let due = due().await;
    assert_eq!((&due["total"], &due["items"][0]["subject"]), (&json!(1), &json!("guest")));
    assert_eq!(due, due_before);
}

#[tokio::test]
async fn the_log_itself_does_not_tell_auditors_what_is_not_public() {
    let scene = Scene::of_a_completed_stay().await;
    let review = json!({"rating": 2, "categories": {"cleanliness": 1}, "text": "Dust on the piano."});
    let submitted = scene.guest.client.post(&scene.path(), review).await.expect(201);
    let position = submitted.header("x-event-position").expect("a position").to_owned();
    let event = scene.admin.client.get(&format!("/admin/events/{position}")).await.expect(200);
    assert_eq!(event.data()["type"], "review.submitted");
    let text = event.body.to_string();
    for secret in ["\"rating\":", "cleanliness", "piano"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn the_second_review_publishes_both() {
    let scene = Scene::of_a_completed_stay().await;
    let (of_place, of_guest) = scene.both_published().await;

    let anyone = scene.server.client();
    let seen = anyone.get(&format!("/reviews/{of_place}")).await.expect(200);
    assert_eq!((&seen.data()["subject"], &seen.data()["rating"]), (&json!("place"), &json!(4)));
    assert_eq!(seen.data()["author_id"], json!(scene.guest.id));
    assert_ne!(seen.data()["published_at"], Value::Null);
    // What is said of a guest is for the guest and its hosts.
    scene.guest.client.get(&format!("/reviews/{of_guest}")).await.expect(200);
    scene.stranger.client.get(&format!("/reviews/{of_guest}")).await.expect_error(404, "not_found");

    let place = anyone.get(&format!("/places/{}", scene.place.id)).await.expect(200);
    assert_eq!(place.data()["rating"], json!({"average": 4.0, "count": 1, "categories": {}}));
    let guest = anyone.get(&format!("/users/{}", scene.guest.id)).await.expect(200);
    assert_eq!(guest.data()["rating"]["average"], 5.0);
}

#[tokio::test]
async fn two_reviews_of_the_same_moment_are_both_published_once() {
    let scene = Scene::of_a_completed_stay().await;
    let (one, other) = tokio::join!(scene.review(&scene.guest, 1), scene.review(&scene.host, 3));
    scene.is_published(&scene.guest.client, one.expect(201).id()).await;
    scene.is_published(&scene.host.client, other.expect(201).id()).await;
    assert_eq!(published(&scene).await, 2);
}

#[tokio::test]
async fn two_processes_take_a_review_each_at_the_same_moment() {
    if !needs_postgres("two_processes_take_a_review_each_at_the_same_moment") {
        return;
    }
    let scene = Scene::of_a_completed_stay().await;
    let second = another_process(&scene).await;
    let host = written_through(&second, &scene.host, scene.booking, 3);
    let (of_place, of_guest) = tokio::join!(scene.review(&scene.guest, 1), host);
    scene.is_published(&scene.guest.client, of_place.expect(201).id()).await;
    scene.is_published(&scene.host.client, of_guest).await;
    assert_eq!(published(&scene).await, 2);
    second.close().await;
}

/// The same house once more: another appender, other workers, the same database, keys and clock.
async fn another_process(scene: &Scene) -> App {
    let url = scene.server.database.as_ref().expect("a PostgreSQL server").url();
    let settings = [("DATABASE_URL", url), ("HBNB_DATA_DIR", scene.server.data().display().to_string())];
    let config = Config::from_variables(settings.map(|(name, value)| (name.to_owned(), value)));
    let clock = scene.server.clock.clone();
    App::open(&config.expect("the settings are valid"), Schema::Verify, clock).await.expect("the house opens")
}

async fn written_through(app: &App, by: &Person, booking: Uuid, rating: u64) -> Uuid {
    let actor = Actor::User { id: by.id, roles: [].into(), session_id: Uuid::nil() };
    let context = Context { actor, request_id: "second".to_owned(), if_match: None, idempotency: None };
    let rating = Stars::new(rating).expect("a rating");
    let opinion = Opinion { rating, categories: Categories::new(), text: None };
    commands::review::submit(&app.commands, &context, booking, opinion).await.expect("it is taken").resource_id
}

/// How often anything was published in the house.
async fn published(scene: &Scene) -> i64 {
    // Whatever jobs there are have been done: none is left to publish a second time.
    eventually(|| async {
        let sql = "select count(*) from jobs where kind = 'publish_pair' and state <> 'done'";
        let open: i64 = sqlx::query_scalar(sql).fetch_one(scene.server.app.pool()).await.expect("jobs can be read");
        (open == 0).then_some(())
    })
    .await;
    let sql = "select count(*) from events where event_type = 'review.published'";
    sqlx::query_scalar(sql).fetch_one(scene.server.app.pool()).await.expect("the log can be read")
}
