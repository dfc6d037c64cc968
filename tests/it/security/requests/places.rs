//! `/places`

use harness::day;
use serde_json::json;

use crate::security::world::{Request, World};

pub(super) async fn request(world: &World, route: &str, case: &str) -> Option<Request> {
    let tenant = &world.tenant;
    let there = |rest: &str| {
        let place = if case == "of a suspended host" { world.hidden_place } else { tenant.place(case) };
        Request::to(format!("/places/{place}{rest}")).about(place)
    };
    let new = async |rest: &str| {
        let place = tenant.new_place(case).await.id;
        Request::to(format!("/places/{place}{rest}")).about(place)
    };
    Some(match route {
        "GET /places" => Request::to("/places"),
        "POST /places" => Request::to("/places").body(json!({"title": "A room with a view", "price": "45.00"})),
        "GET /places/{id}" if case == "unlisted" => new("").await,
        "GET /places/{id}" => there(""),
        "PATCH /places/{id}" => there("").body(json!({"house_rules": "Shoes off, please."})),
        "DELETE /places/{id}" => new("").await,
        "POST /places/{id}/publish" => new("/publish").await,
        "POST /places/{id}/unpublish" => new("/unpublish").await,
        "GET /places/{id}/availability" => there(&format!("/availability?from={}&to={}", day(1), day(9))),
        "GET /places/{id}/price" => there(&format!("/price?check_in={}&check_out={}&guests=2", day(30), day(32))),
        "GET /places/{id}/blocks" => there("/blocks"),
        "POST /places/{id}/blocks" => new("/blocks").await.body(json!({"from": day(20), "to": day(22)})),
        "GET /places/{id}/blocks/{block_id}" | "DELETE /places/{id}/blocks/{block_id}" => {
            let (place, block) = tenant.new_block(case).await;
            Request::to(format!("/places/{place}/blocks/{block}")).about(place)
        }
        "POST /places/{id}/views" => there("/views"),
        "GET /places/{id}/similar" => there("/similar"),
        "GET /places/{id}/reviews" => {
            let place = tenant.place(case);
            Request::to(format!("/places/{place}/reviews")).about(place)
        }
        _ => return None,
    })
}
