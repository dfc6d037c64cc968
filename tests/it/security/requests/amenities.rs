//! `/amenities`

use serde_json::json;
use uuid::Uuid;

use crate::security::world::Request;

pub(super) fn request(route: &str) -> Option<Request> {
    Some(match route {
        "GET /amenities" => Request::to("/amenities"),
        "POST /amenities" => {
            let code = format!("room_{}", Uuid::now_v7().simple());
            Request::to("/amenities").body(json!({"code": code, "name_en": "A room", "name_fr": "Une pièce"}))
        }
        "GET /amenities/{code}" => Request::to("/amenities/wifi"),
        _ => return None,
    })
}
