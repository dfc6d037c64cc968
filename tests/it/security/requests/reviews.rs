//! `/reviews`

use serde_json::json;

use crate::security::world::{Request, World};

pub(super) fn request(world: &World, route: &str, case: &str) -> Option<Request> {
    let reviews = &world.tenant.reviews;
    let review = match case {
        "published" => reviews.published,
        "of the guest" => reviews.of_guest,
        "submitted" => reviews.submitted,
        "hidden" => reviews.hidden,
        _ => return None,
    };
    let path = format!("/reviews/{review}");
    Some(match route {
        "GET /reviews/{id}" => Request::to(path).about(review),
        "POST /reviews/{id}/reply" => {
            Request::to(format!("{path}/reply")).body(json!({"text": "Come again!"})).about(review)
        }
        _ => return None,
    })
}
