//! `/places/{id}/views`, `/places/{id}/similar`, `/recommendations`, and the wishes in `/users/me`.

mod recommendations;
mod similar;
mod views;
mod wishes;

use harness::{Answer, Person, Server};
use serde_json::Value;
use uuid::Uuid;

/// The ids of the places in an answer, in order.
fn ids(answer: &Answer) -> Vec<Uuid> {
    let items = answer.data()["items"].as_array().expect("a list");
    items.iter().map(|place| place["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")).collect()
}

/// The codes of one field of a problem's answer, such as `preferences.amenities: unknown_amenity`.
fn problems(answer: &Answer) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let errors = answer.body["errors"].as_array().expect("problems");
    errors.iter().map(|error| format!("{}: {}", text(&error["field"]), text(&error["code"]))).collect()
}

/// What is recommended to somebody.
async fn recommended(person: &Person) -> Vec<Uuid> {
    ids(&person.client.get("/recommendations").await.expect(200))
}

/// How many views of a person are kept, once all that were noted are.
async fn kept_views(server: &Server, person: &Person) -> i64 {
    commands::place::settle_views(&server.app.commands).await;
    let sql = "select count(*) from place_views where user_id = $1";
    sqlx::query_scalar(sql).bind(person.id).fetch_one(server.app.pool()).await.expect("views can be counted")
}
