//! `/users`

use harness::day;
use serde_json::json;

use crate::security::world::{Request, World};

pub(super) async fn request(world: &World, route: &str, role: &str) -> Option<Request> {
    Some(match route {
        "GET /users/me" => Request::to("/users/me"),
        "PATCH /users/me" => Request::to("/users/me").body(json!({"locale": "fr"})),
        "DELETE /users/me" => Request::to("/users/me").by(world.understudy(role).await),
        "GET /users/me/places" => Request::to("/users/me/places"),
        "GET /users/me/calendar" => Request::to(format!("/users/me/calendar?from={}&to={}", day(1), day(30))),
        "GET /users/{id}" => {
            let host = world.tenant.host.id;
            Request::to(format!("/users/{host}")).about(host)
        }
        _ => return None,
    })
}
