//! `/bookings`

use serde_json::json;

use crate::security::world::{Request, World, free_nights};

pub(super) async fn request(world: &World, route: &str, case: &str) -> Option<Request> {
    let tenant = &world.tenant;
    let new = async |rest: &str| {
        let booking = tenant.new_booking(case).await;
        Request::to(format!("/bookings/{booking}{rest}")).about(booking)
    };
    Some(match route {
        "GET /bookings" => Request::to("/bookings"),
        "POST /bookings" => {
            let place = tenant.new_place(case).await.id;
            Request::to("/bookings").body(free_nights(place)).about(place)
        }
        "GET /bookings/{id}" => {
            let booking = tenant.booking;
            Request::to(format!("/bookings/{booking}")).about(booking)
        }
        "POST /bookings/{id}/confirm" => new("/confirm").await,
        "POST /bookings/{id}/decline" => new("/decline").await.body(json!({"reason": "The house is being painted."})),
        "POST /bookings/{id}/cancel" => new("/cancel").await.body(json!({"reason": "We fell ill."})),
        "POST /bookings/{id}/complete" => new("/complete").await,
        "POST /bookings/{id}/reviews" => {
            let stay = tenant.reviews.stay;
            Request::to(format!("/bookings/{stay}/reviews")).body(json!({"rating": 4})).about(stay)
        }
        _ => return None,
    })
}
