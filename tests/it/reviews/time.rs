//! Fourteen days, and what timers do.

use harness::eventually;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::scene::Scene;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

#[tokio::test]
async fn a_review_that_stays_alone_is_published_when_the_time_is_over() {
    let mut scene = Scene::of_a_completed_stay().await;
    let id = scene.review(&scene.guest, 3).await.expect(201).id();
    let deadline = scene.deadline_of_host().await;

    scene.pass(deadline.duration_since(scene.now()) - MINUTE).await;
    let still = scene.guest.client.get(&format!("/reviews/{id}")).await.expect(200);
    assert_eq!(still.data()["status"], "submitted");
    scene.pass(MINUTE + MINUTE).await;
    scene.is_published(&scene.guest.client, id).await;
    let seen = scene.host.client.get(&format!("/reviews/{id}")).await.expect(200);
    assert_eq!(seen.data()["rating"], 3);

    // Who could read it now is too late to write.
    scene.review(&scene.host, 1).await.expect_error(409, "invalid_transition");
    assert_eq!(scene.host.client.get("/users/me/reviews/due").await.expect(200).data()["total"], 0);
}

#[tokio::test]
async fn who_writes_in_the_last_minute_is_in_time() {
    let mut scene = Scene::of_a_completed_stay().await;
    let of_place = scene.review(&scene.guest, 3).await.expect(201).id();
    let left = scene.deadline_of_host().await.duration_since(scene.now());
    scene.pass(left - MINUTE).await;
    let of_guest = scene.review(&scene.host, 5).await.expect(201).id();
    scene.is_published(&scene.host.client, of_guest).await;
    scene.is_published(&scene.guest.client, of_place).await;

    // The timers find nothing left to do.
    scene.pass(MINUTE + MINUTE).await;
    eventually(|| async {
        let sql = "select count(*) from jobs where kind = 'publish_review' and state <> 'done'";
        let open: i64 = sqlx::query_scalar(sql).fetch_one(scene.server.app.pool()).await.expect("jobs can be read");
        (open == 0).then_some(())
    })
    .await;
    let versions = [(&scene.guest, of_place), (&scene.host, of_guest)].map(|(author, id)| async move {
        author.client.get(&format!("/reviews/{id}")).await.expect(200).data()["version"].clone()
    });
    for version in versions {
        assert_eq!(version.await, json!(2));
    }
}

#[tokio::test]
async fn a_stay_that_is_not_over_is_not_reviewed() {
    let scene = Scene::of_a_completed_stay().await;
    let next = scene.guest.asks_for(&scene.place, 30, 32).await.expect(201).id();
    let path = format!("/bookings/{next}/reviews");
    scene.guest.client.post(&path, json!({"rating": 5})).await.expect_error(409, "invalid_transition");
    let due = scene.guest.client.get("/users/me/reviews/due").await.expect(200);
    assert_eq!(due.data()["total"], 1, "only the completed one");
}

#[tokio::test]
async fn stays_to_review_tell_what_about_and_until_when() {
    let scene = Scene::of_a_completed_stay().await;
    let due = scene.guest.client.get("/users/me/reviews/due").await.expect(200);
    let item = &due.data()["items"][0];
    assert_eq!((&item["booking_id"], &item["subject"]), (&json!(scene.booking), &json!("place")));
    let instant = |name: &str| item[name].as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let (completed, deadline) = (instant("completed_at").expect("a time"), instant("deadline").expect("a time"));
    assert_eq!(deadline.duration_since(completed), SignedDuration::from_hours(14 * 24));

    scene.review(&scene.guest, 5).await.expect(201);
    let after = scene.guest.client.get("/users/me/reviews/due").await.expect(200);
    assert_eq!((&after.data()["total"], &after.data()["next_cursor"]), (&json!(0), &Value::Null));
    let stranger = scene.stranger.client.get("/users/me/reviews/due").await.expect(200);
    assert_eq!(stranger.data()["total"], 0);
}
