//! `/users`

use harness::day;
use serde_json::json;
use uuid::Uuid;

use crate::security::world::{Request, World};

pub(super) async fn request(world: &World, route: &str, case: &str, role: &str) -> Option<Request> {
    Some(match route {
        "GET /users/me" => Request::to("/users/me"),
        "PATCH /users/me" => Request::to("/users/me").body(json!({"locale": "fr"})),
        "DELETE /users/me" => Request::to("/users/me").by(world.understudy(role).await),
        "GET /users/me/places" => Request::to("/users/me/places"),
        "GET /users/me/calendar" => Request::to(format!("/users/me/calendar?from={}&to={}", day(1), day(30))),
        "GET /users/{id}" => {
            let host = if case == "suspended" { world.suspended.id } else { world.tenant.host.id };
            Request::to(format!("/users/{host}")).about(host)
        }
        "GET /users/me/sessions" => Request::to("/users/me/sessions"),
        "DELETE /users/me/sessions/{id}" if case == "another's" => {
            let owner = world.understudy("stranger").await;
            let sessions = owner.get("/users/me/sessions").await.expect(200);
            let session = sessions.data()["items"][0]["id"].as_str().map(id)?;
            Request::to(format!("/users/me/sessions/{session}")).about(session)
        }
        "DELETE /users/me/sessions/{id}" => {
            let sender = world.understudy(role).await;
            let sessions = sender.get("/users/me/sessions").await;
            let id = sessions.body["data"]["items"][0]["id"].as_str().map_or_else(Uuid::now_v7, id);
            Request::to(format!("/users/me/sessions/{id}")).by(sender)
        }
        "GET /users/me/reviews" => Request::to("/users/me/reviews"),
        "GET /users/me/reviews/due" => Request::to("/users/me/reviews/due"),
        "GET /users/{id}/reviews" => {
            let guest = if case == "suspended" { world.suspended.id } else { world.tenant.guest.id };
            Request::to(format!("/users/{guest}/reviews")).about(guest)
        }
        _ => return None,
    })
}

fn id(text: &str) -> Uuid {
    text.parse().expect("an id")
}
