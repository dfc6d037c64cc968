//! `GET /places/{id}/reviews`, `/users/{id}/reviews`, and the averages beside them.

use harness::eventually;
use jiff::SignedDuration;
use serde_json::json;
use uuid::Uuid;

use super::scene::Scene;

#[tokio::test]
async fn a_place_shows_what_its_guests_said_newest_first_and_the_averages() {
    let mut scene = Scene::of_a_completed_stay().await;
    let (first, _) = scene.both_published().await;
    let again = scene.guest.asks_for(&scene.place, 6, 8).await.expect(201).id();
    scene.pass(SignedDuration::from_hours(6 * 24)).await;
    scene.completed(again).await;
    scene.booking = again;
    let review = json!({"rating": 5, "categories": {"location": 2}});
    let second = scene.guest.client.post(&scene.path(), review).await.expect(201).id();
    scene.review(&scene.host, 4).await.expect(201);
    scene.is_published(&scene.guest.client, second).await;

    let anyone = scene.server.client();
    let path = format!("/places/{}/reviews", scene.place.id);
    let list = anyone.get(&path).await.expect(200);
    let ids = |answer: &harness::Answer| -> Vec<Uuid> {
        let items = answer.data()["items"].as_array().expect("items");
        items.iter().map(|item| item["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")).collect()
    };
    assert_eq!((ids(&list), &list.data()["total"]), (vec![second, first], &json!(2)));
    let rating = json!({"average": 4.5, "count": 2, "categories": {"location": 2.0}});
    assert_eq!(list.data()["rating"], rating);

    let page = anyone.get(&format!("{path}?per_page=1")).await.expect(200);
    let cursor = page.data()["next_cursor"].as_str().expect("a cursor");
    let rest = anyone.get(&format!("{path}?per_page=1&cursor={cursor}")).await.expect(200);
    assert_eq!((ids(&page), ids(&rest)), (vec![second], vec![first]));
    assert_eq!(rest.data()["rating"], rating, "of all, whatever part of the list it is");
    anyone.get(&format!("{path}?stars=5")).await.expect_error(400, "unknown_parameter");

    // The same figures wherever the place is shown, and for its host.
    let places = anyone.get("/places").await.expect(200);
    assert_eq!(places.data()["items"][0]["rating"], rating);
    let own = scene.host.client.get("/users/me/places").await.expect(200);
    assert_eq!(own.data()["items"][0]["rating"], rating);
    let host = anyone.get(&format!("/users/{}", scene.host.id)).await.expect(200);
    assert_eq!(host.data()["host"], json!({"listed_places": 1, "rating": rating}));
    assert_eq!(host.data()["rating"]["count"], 0, "as a guest nobody knows it");
    let of_guest = json!({"average": 4.5, "count": 2, "categories": {}});
    // The host's own reviews are published by jobs of their own.
    eventually(async || {
        let guest = anyone.get(&format!("/users/{}", scene.guest.id)).await.expect(200);
        (guest.data()["rating"] == of_guest).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_was_said_of_a_guest_is_for_the_guest_its_hosts_and_admins() {
    let scene = Scene::of_a_completed_stay().await;
    let (_, of_guest) = scene.both_published().await;
    let path = format!("/users/{}/reviews", scene.guest.id);
    for person in [&scene.guest, &scene.host, &scene.admin] {
        let list = person.client.get(&path).await.expect(200);
        assert_eq!((&list.data()["total"], &list.data()["items"][0]["id"]), (&json!(1), &json!(of_guest)));
        assert_eq!(list.data()["rating"]["average"], 5.0);
    }
    // The guest can be seen, so it is no secret that there is such a list.
    scene.stranger.client.get(&path).await.expect_error(403, "forbidden");
    scene.server.client().get(&path).await.expect_error(401, "unauthenticated");
    let nobody = format!("/users/{}/reviews", Uuid::now_v7());
    scene.stranger.client.get(&nobody).await.expect_error(404, "not_found");

    // A request is enough to make somebody its host.
    let place = scene.stranger.lists(json!({})).await;
    scene.guest.asks_for(&place, 20, 22).await.expect(201);
    scene.stranger.client.get(&path).await.expect(200);
}

#[tokio::test]
async fn reviews_of_a_place_that_cannot_be_seen_cannot_either() {
    let scene = Scene::of_a_completed_stay().await;
    let (of_place, _) = scene.both_published().await;
    scene.host.client.post_empty(&format!("/places/{}/unpublish", scene.place.id)).await.expect(200);
    let anyone = scene.server.client();
    anyone.get(&format!("/places/{}/reviews", scene.place.id)).await.expect_error(404, "not_found");
    anyone.get(&format!("/reviews/{of_place}")).await.expect_error(404, "not_found");
    scene.guest.client.get(&format!("/places/{}/reviews", scene.place.id)).await.expect(200);
}
