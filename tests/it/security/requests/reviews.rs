//! `/reviews`

use serde_json::json;

use crate::security::world::{Request, World};

pub(super) fn request(world: &World, route: &str) -> Option<Request> {
    let review = world.tenant.review;
    let path = format!("/reviews/{review}");
    Some(match route {
        "GET /reviews/{id}" => Request::to(path).about(review),
        "POST /reviews/{id}/reply" => {
            Request::to(format!("{path}/reply")).body(json!({"text": "Come again!"})).about(review)
        }
        _ => return None,
    })
}
