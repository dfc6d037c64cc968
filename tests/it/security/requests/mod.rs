//! A well-formed request for every route of the API, a file per noun: whoever adds a route adds it here and to
//! `access.md`.

mod admin;
mod amenities;
mod auth;
mod bookings;
mod places;
mod reviews;
mod search;
mod users;

use super::world::{Request, World};

/// A request to a route in a case, for somebody in a role to send; `None` where nobody has written one.
///
/// What changes something is about something of its own, so that the order of requests does not matter.
pub(super) async fn request(world: &World, route: &str, case: &str, role: &str) -> Option<Request> {
    let (method, path) = route.split_once(' ')?;
    let Some(path) = path.strip_prefix("/api/v1") else { return health(route) };
    let noun = path.split('/').nth(1)?;
    let route = format!("{method} {path}");
    match noun {
        "auth" => auth::request(world, &route, role).await,
        "users" => users::request(world, &route, case, role).await,
        "places" => places::request(world, &route, case).await,
        "bookings" => bookings::request(world, &route, case).await,
        "reviews" => reviews::request(world, &route, case),
        "amenities" => amenities::request(&route),
        "search" => search::request(&route),
        "recommendations" => (route == "GET /recommendations").then(|| Request::to("/recommendations")),
        "admin" => admin::request(world, &route).await,
        _ => None,
    }
}

fn health(route: &str) -> Option<Request> {
    let path = route.strip_prefix("GET ").filter(|path| path.starts_with("/health/"))?;
    Some(Request { path: path.to_owned(), ..Request::to("") })
}
