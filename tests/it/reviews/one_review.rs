//! `POST /bookings/{id}/reviews`

use serde_json::{Value, json};
use uuid::Uuid;

use super::scene::Scene;

#[tokio::test]
async fn guest_and_host_review_a_stay_once_each_and_nobody_else_does() {
    let scene = Scene::of_a_completed_stay().await;
    let path = scene.path();
    let review = json!({
        "rating": 5, "text": " Bright.\nQuiet. ",
        "categories": {"cleanliness": 5, "accuracy": 4, "check_in": 5, "communication": 5, "location": 3, "value": 4},
    });
    let anyone = scene.server.client();
    anyone.post(&path, review.clone()).await.expect_error(401, "unauthenticated");
    scene.stranger.client.post(&path, review.clone()).await.expect_error(404, "not_found");
    scene.admin.client.post(&path, review.clone()).await.expect_error(403, "forbidden");
    let nowhere = format!("/bookings/{}/reviews", Uuid::now_v7());
    scene.guest.client.post(&nowhere, review.clone()).await.expect_error(404, "not_found");

    let of_place = scene.guest.client.post(&path, review.clone()).await.expect(201);
    let expected = json!({
        "id": of_place.id(), "booking_id": scene.booking, "place_id": scene.place.id, "author_id": scene.guest.id,
        "subject": "place", "rating": 5, "categories": review["categories"], "text": "Bright.\nQuiet.", "reply": null,
        "status": "submitted", "published_at": null, "version": 1,
    });
    assert_eq!(of_place.data(), &expected);
    scene.review(&scene.guest, 1).await.expect_error(409, "already_reviewed");

    let of_guest = scene.review(&scene.host, 5).await.expect(201);
    assert_eq!((&of_guest.data()["subject"], &of_guest.data()["author_id"]), (&json!("guest"), &json!(scene.host.id)));
    scene.review(&scene.host, 5).await.expect_error(409, "already_reviewed");
}

#[tokio::test]
async fn all_that_is_wrong_with_a_review_is_told_at_once() {
    let scene = Scene::of_a_completed_stay().await;
    let body = json!({"rating": 0, "categories": {"value": 6, "house_rules": 1}, "text": "", "published": true});
    let refused = scene.guest.client.post(&scene.path(), body).await.expect_error(422, "validation_failed");
    let mut told: Vec<_> = refused.body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| (error["field"].as_str().expect("a field"), error["code"].as_str().expect("a code")))
        .collect();
    told.sort_unstable();
    let expected = [
        ("categories.house_rules", "unknown_category"),
        ("categories.value", "out_of_range"),
        ("published", "unknown_field"),
        ("rating", "out_of_range"),
        ("text", "blank"),
    ];
    assert_eq!(told, expected);

    let of_guest = json!({"rating": 4, "categories": {"location": 5, "communication": 5}});
    let refused = scene.host.client.post(&scene.path(), of_guest).await.expect_error(422, "validation_failed");
    assert_eq!(refused.body["errors"][0]["field"], "categories.location");
    assert_eq!(refused.body["errors"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn of_two_reviews_by_one_author_at_the_same_moment_one_is_taken() {
    let scene = Scene::of_a_completed_stay().await;
    for _ in 0..3 {
        let (one, other) = tokio::join!(scene.review(&scene.guest, 1), scene.review(&scene.guest, 5));
        for refused in [&one, &other].into_iter().filter(|answer| answer.status != 201) {
            assert_eq!((refused.status, &refused.body["code"]), (409, &json!("already_reviewed")));
        }
        let mine = scene.guest.client.get("/users/me/reviews").await.expect(200);
        assert_eq!(mine.data()["total"], 1);
    }
}

#[tokio::test]
async fn a_repeat_under_the_same_key_is_the_same_review() {
    let scene = Scene::of_a_completed_stay().await;
    let (key, body) = (Uuid::now_v7().to_string(), json!({"rating": 4}));
    let first = scene.guest.client.post_once(&scene.path(), &key, body.clone()).await.expect(201);
    let again = scene.guest.client.post_once(&scene.path(), &key, body).await.expect(201);
    assert_eq!((again.id(), again.header("idempotency-replayed")), (first.id(), Some("true")));
    assert_eq!(scene.guest.client.get("/users/me/reviews").await.expect(200).data()["total"], 1);
    let other = scene.guest.client.post_once(&scene.path(), &key, json!({"rating": 5})).await;
    other.expect_error(422, "idempotency_key_reused");
    assert_eq!(first.data()["text"], Value::Null);
}
