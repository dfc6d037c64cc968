//! `/auth`

use harness::PASSWORD;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::security::world::{Request, World};

/// Of the right form, and nobody's.
const UNKNOWN_TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Somebody who has no account yet.
pub(super) fn newcomer() -> Value {
    let email = format!("{}@example.org", Uuid::now_v7().simple());
    json!({"email": email, "password": PASSWORD, "first_name": "Nadia", "last_name": "Tester"})
}

pub(super) async fn request(world: &World, route: &str, role: &str) -> Option<Request> {
    let known = &world.tenant.guest;
    Some(match route {
        "POST /auth/register" => Request::to("/auth/register").body(newcomer()),
        "POST /auth/login" => Request::to("/auth/login").body(json!({"email": known.email, "password": PASSWORD})),
        "POST /auth/refresh" => {
            let session = world.client("nobody").sign_in(known.id, &known.email).await;
            Request::to("/auth/refresh").body(json!({"refresh_token": session.refresh_token}))
        }
        "POST /auth/logout" => Request::to("/auth/logout").body(json!({})).by(world.understudy(role).await),
        "POST /auth/logout-all" => Request::to("/auth/logout-all").body(json!({})).by(world.understudy(role).await),
        "POST /auth/password" => {
            let body = json!({"current_password": PASSWORD, "new_password": "another horse battery"});
            Request::to("/auth/password").body(body).by(world.understudy(role).await)
        }
        "POST /auth/password/forgot" => Request::to("/auth/password/forgot").body(json!({"email": known.email})),
        "POST /auth/password/reset" => {
            let body = json!({"token": UNKNOWN_TOKEN, "password": "another horse battery"});
            Request::to("/auth/password/reset").body(body)
        }
        "POST /auth/email/verify" => Request::to("/auth/email/verify").body(json!({"token": UNKNOWN_TOKEN})),
        "POST /auth/email/verification" => Request::to("/auth/email/verification").by(world.understudy(role).await),
        _ => return None,
    })
}
