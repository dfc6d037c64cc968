//! `POST /reviews/{id}/reply`

use serde_json::json;

use super::scene::Scene;

#[tokio::test]
async fn the_host_replies_once_to_what_a_guest_said_of_its_place() {
    let scene = Scene::of_a_completed_stay().await;
    let (of_place, of_guest) = scene.both_published().await;
    let path = format!("/reviews/{of_place}/reply");
    let reply = json!({"text": "Come again!"});
    scene.server.client().post(&path, reply.clone()).await.expect_error(401, "unauthenticated");
    for person in [&scene.guest, &scene.stranger, &scene.admin] {
        person.client.post(&path, reply.clone()).await.expect_error(403, "forbidden");
    }
    scene.host.client.post(&path, json!({})).await.expect_error(422, "validation_failed");

    let replied = scene.host.client.post(&path, reply.clone()).await.expect(200);
    assert_eq!(replied.data()["reply"]["text"], "Come again!");
    let seen = scene.server.client().get(&format!("/reviews/{of_place}")).await.expect(200);
    assert_eq!((&seen.data()["reply"], &seen.data()["version"]), (&replied.data()["reply"], &json!(3)));
    scene.host.client.post(&path, reply.clone()).await.expect_error(409, "invalid_transition");

    let about_itself = format!("/reviews/{of_guest}/reply");
    scene.guest.client.post(&about_itself, reply.clone()).await.expect_error(403, "forbidden");
    scene.host.client.post(&about_itself, reply.clone()).await.expect_error(403, "forbidden");
    scene.stranger.client.post(&about_itself, reply).await.expect_error(404, "not_found");
}
