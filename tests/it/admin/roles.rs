//! `/admin/users/{id}/roles`

use harness::{Answer, Client, eventually, shared};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

async fn revoke(client: &Client, user: Uuid, role: &str, body: Value) -> Answer {
    client.send(client.request(Method::DELETE, &format!("/admin/users/{user}/roles/{role}")).json(&body)).await
}

#[tokio::test]
async fn a_role_is_granted_and_taken_back_with_reasons_and_counts_in_sessions_that_are_open() {
    let (admin, person) = (shared().admin().await, shared().client().somebody("Joan").await);
    let roles = format!("/admin/users/{}/roles", person.id);
    person.client.get("/admin/projections").await.expect_error(403, "forbidden");

    admin.client.post(&roles, json!({"role": "auditor"})).await.expect_error(422, "validation_failed");
    let granted = admin.client.post(&roles, json!({"role": "auditor", "reason": "Audits 2027."})).await.expect(200);
    assert_eq!(granted.data()["roles"], json!(["auditor"]));
    eventually(|| async { (person.client.get("/admin/projections").await.status == 200).then_some(()) }).await;

    revoke(&admin.client, person.id, "auditor", json!({})).await.expect_error(422, "validation_failed");
    let revoked = revoke(&admin.client, person.id, "auditor", json!({"reason": "Done."})).await.expect(200);
    assert_eq!(revoked.data()["roles"], json!([]));
    eventually(|| async { (person.client.get("/admin/projections").await.status == 403).then_some(()) }).await;
    person.client.get("/users/me").await.expect(200);

    let events = "select event_type from events where aggregate_type = 'user' and aggregate_id = $1 order by sequence";
    let events: Vec<String> =
        sqlx::query_scalar(events).bind(person.id.to_string()).fetch_all(shared().app.pool()).await.expect("events");
    assert_eq!(events, ["user.registered", "user.role_granted", "user.role_revoked"]);
}

#[tokio::test]
async fn taking_back_is_for_admins_and_of_roles_that_there_are() {
    let (admin, person) = (shared().admin().await, shared().client().somebody("Joan").await);
    let reason = json!({"reason": "Why not."});

    let unchanged = revoke(&admin.client, person.id, "admin", reason.clone()).await.expect(200);
    assert_eq!(unchanged.data()["version"], 1);
    revoke(&admin.client, person.id, "emperor", reason.clone()).await.expect_error(404, "not_found");
    revoke(&admin.client, Uuid::nil(), "admin", reason.clone()).await.expect_error(404, "not_found");
    revoke(&person.client, admin.id, "admin", reason.clone()).await.expect_error(403, "forbidden");
    revoke(&shared().client(), admin.id, "admin", reason).await.expect_error(401, "unauthenticated");
}
