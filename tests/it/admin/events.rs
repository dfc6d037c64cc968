use domain::user::Role;
use harness::shared;
use reqwest::Method;

#[tokio::test]
async fn an_auditor_reads_an_event_byte_for_byte_as_it_is_stored() {
    let server = shared();
    let auditor = server.somebody_with(Role::Auditor).await;
    let (position, payload, metadata): (i64, String, String) = sqlx::query_as(
        "select position, payload::text, metadata::text from events where event_type = 'user.registered' limit 1",
    )
    .fetch_one(server.app.pool())
    .await
    .expect("somebody has registered");

    let path = format!("/admin/events/{position}");
    let answer = auditor.client.request(Method::GET, &path).send().await.expect("the server answers");
    let text = answer.text().await.expect("text");

    assert!(text.contains(&format!("\"payload\":{payload},\"metadata\":{metadata}")), "{text}");
}
