//! `/search`

use crate::security::world::Request;

pub(super) fn request(route: &str) -> Option<Request> {
    Some(match route {
        "GET /search/places" => Request::to("/search/places?q=view"),
        "GET /search/suggest" => Request::to("/search/suggest?q=view"),
        _ => return None,
    })
}
