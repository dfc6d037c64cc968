//! `POST /admin/reviews/{id}/hide`, `/admin/places/{id}/unlist` and `/restore`

use harness::eventually;
use serde_json::json;

use super::scene::Scene;

#[tokio::test]
async fn a_hidden_review_is_gone_from_lists_and_averages() {
    let scene = Scene::of_a_completed_stay().await;
    let before = scene.told(&scene.host.client).await;
    let (of_place, of_guest) = scene.both_published().await;
    let path = format!("/admin/reviews/{of_place}/hide");
    let reason = json!({"reason": "Names the neighbours."});
    scene.server.client().post(&path, reason.clone()).await.expect_error(401, "unauthenticated");
    scene.host.client.post(&path, reason.clone()).await.expect_error(403, "forbidden");
    scene.admin.client.post(&path, json!({})).await.expect_error(422, "validation_failed");

    let hidden = scene.admin.client.post(&path, reason.clone()).await.expect(200);
    assert_eq!((&hidden.data()["status"], &hidden.data()["version"]), (&json!("hidden"), &json!(3)));
    let again = scene.admin.client.post(&path, reason.clone()).await.expect(200);
    assert_eq!(again.data()["version"], 3, "it is hidden once");
    let seen = format!("/reviews/{of_place}");
    for person in [&scene.host, &scene.stranger] {
        person.client.get(&seen).await.expect_error(404, "not_found");
    }
    assert_eq!(scene.guest.client.get(&seen).await.expect(200).data()["status"], "hidden", "its author is told");
    let reply = scene.host.client.post(&format!("{seen}/reply"), json!({"text": "No!"})).await;
    reply.expect_error(404, "not_found");

    scene.admin.client.post(&format!("/admin/reviews/{of_guest}/hide"), reason).await.expect(200);
    let after = scene.told(&scene.host.client).await;
    assert_eq!(after, before, "as if nobody had said anything");
    scene.review(&scene.guest, 5).await.expect_error(409, "already_reviewed");
}

#[tokio::test]
async fn a_place_that_an_admin_unlists_stays_off_until_an_admin_restores_it() {
    let scene = Scene::of_a_completed_stay().await;
    let asked = scene.stranger.lists(json!({})).await;
    let pending = scene.guest.asks_for(&asked, 20, 22).await.expect(201).id();
    let (place, owner, anyone) = (format!("/places/{}", asked.id), &asked.host.client, scene.server.client());
    let admin = |verb: &str| format!("/admin{place}/{verb}");
    let reason = json!({"reason": "The photos are another flat's."});
    owner.post(&admin("unlist"), reason.clone()).await.expect_error(403, "forbidden");
    scene.admin.client.post(&admin("unlist"), json!({})).await.expect_error(422, "validation_failed");

    let unlisted = scene.admin.client.post(&admin("unlist"), reason.clone()).await.expect(200);
    assert_eq!(unlisted.data()["status"], "unlisted");
    let position = unlisted.header("x-event-position").expect("a position").to_owned();
    let event = scene.admin.client.get(&format!("/admin/events/{position}")).await.expect(200);
    assert_eq!(event.data()["type"], "place.withheld");
    anyone.get(&place).await.expect_error(404, "not_found");
    eventually(|| async {
        let booking = scene.guest.client.get(&format!("/bookings/{pending}")).await.expect(200);
        (booking.data()["status"] == "declined").then_some(())
    })
    .await;
    owner.post_empty(&format!("{place}/publish")).await.expect_error(409, "invalid_transition");
    let again = scene.admin.client.post(&admin("unlist"), reason.clone()).await.expect(200);
    assert_eq!(again.data()["version"], unlisted.data()["version"]);

    let restored = scene.admin.client.post(&admin("restore"), reason.clone()).await.expect(200);
    assert_eq!(restored.data()["status"], "unlisted", "listing it is its host's business");
    owner.post_empty(&format!("{place}/publish")).await.expect(200);
    anyone.get(&place).await.expect(200);
}
