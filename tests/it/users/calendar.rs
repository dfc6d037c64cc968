//! `GET /users/me/calendar`

use harness::{Server, day};
use serde_json::json;

#[tokio::test]
async fn a_calendar_of_more_nights_than_fit_is_asked_for_in_parts() {
    let server = Server::start(&[]).await;
    let host = server.client().somebody("Hana").await;
    for _ in 0..51 {
        host.lists(json!({})).await;
    }
    let full = sqlx::query(
        "insert into place_nights_v1 (place_id, night, kind, holder)
         select place_id, current_date + 1 + day, 'blocked', gen_random_uuid() from places_v1, generate_series(1, 400) day",
    );
    assert_eq!(full.execute(server.app.pool()).await.expect("the view takes it").rows_affected(), 20_400);
    let ask =
        async |days: i64| host.client.get(&format!("/users/me/calendar?from={}&to={}", day(2), day(2 + days))).await;
    let refused = ask(400).await.expect_error(400, "invalid_parameter");
    assert_eq!(refused.body["errors"][0]["code"], "too_many_nights", "{:#}", refused.body);
    let half = ask(200).await.expect(200);
    assert_eq!(half.data()["nights"].as_array().map(Vec::len), Some(51 * 200));
}
