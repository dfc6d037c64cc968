use domain::user::Role;
use harness::{Client, eventually, shared};
use infra::jobs::NewJob;
use serde_json::{Value, json};
use uuid::Uuid;

/// A job that nobody can do, once its only attempt has failed.
async fn given_up(operator: &Client) -> Value {
    let server = shared();
    let key = Uuid::new_v4().to_string();
    let now = server.app.commands.now();
    let job = NewJob { max_attempts: 1, ..NewJob::new("nonsense", &key, json!({"kind": "nonsense"}), now) };
    let mut connection = server.app.pool().acquire().await.expect("a connection");
    server.app.jobs.enqueue(&mut connection, &job).await.expect("a job can be enqueued");
    drop(connection);
    server.app.jobs.announce(now);
    let (operator, key) = (&operator, key.as_str());
    eventually(|| async move {
        let dead = operator.get("/admin/jobs?limit=1000").await.expect(200);
        let items = dead.data()["items"].as_array().expect("items").clone();
        items.into_iter().find(|job| job["key"] == key)
    })
    .await
}

#[tokio::test]
async fn a_job_that_was_given_up_is_seen_with_its_reason_and_may_be_retried() {
    let admin = shared().admin().await.client;
    let dead = given_up(&admin).await;
    let [kind, state, attempts] = ["kind", "state", "attempts"].map(|name| &dead[name]);
    assert_eq!((kind, state, attempts), (&json!("nonsense"), &json!("dead"), &json!(1)));
    assert!(dead["last_error"].as_str().is_some_and(|error| error.contains("unknown variant")), "{dead}");

    let retry = format!("/admin/jobs/{}/retry", dead["id"]);
    admin.post_empty(&retry).await.expect(204);

    // It fails again, so that it can be given up for good.
    let again = eventually(async || {
        let jobs = admin.get("/admin/jobs?state=dead&limit=1000").await.expect(200);
        let items = jobs.data()["items"].as_array().expect("items").clone();
        items.into_iter().find(|job| job["id"] == dead["id"] && job["finished_at"] != dead["finished_at"])
    });
    again.await;
    let discard = format!("/admin/jobs/{}/discard", dead["id"]);
    admin.post_empty(&discard).await.expect(204);
    admin.post_empty(&discard).await.expect_error(404, "not_found");
    admin.post_empty(&retry).await.expect_error(404, "not_found");
}

#[tokio::test]
async fn an_auditor_may_look_and_nobody_else() {
    let auditor = shared().somebody_with(Role::Auditor).await.client;
    auditor.get("/admin/jobs?state=ready").await.expect(200);
    auditor.get("/admin/jobs?state=lost&limit=0").await.expect_error(400, "invalid_parameter");
    auditor.post_empty("/admin/jobs/1/retry").await.expect_error(403, "forbidden");
    let visitor = shared().client();
    visitor.get("/admin/jobs").await.expect_error(401, "unauthenticated");
    visitor.somebody("Nils").await.client.get("/admin/jobs").await.expect_error(403, "forbidden");
}
