//! `/admin`

use serde_json::{Value, json};

use super::auth::newcomer;
use crate::security::world::{Request, World};

pub(super) async fn request(world: &World, route: &str) -> Option<Request> {
    Some(match route {
        "GET /admin/users" => Request::to("/admin/users"),
        "POST /admin/users" => Request::to("/admin/users").body(newcomer()),
        "POST /admin/users/{id}/roles" => {
            // Of nobody in the cast: it would change what they may do.
            let somebody = world.client("nobody").somebody("Nadia").await.id;
            let grant = json!({"role": "auditor", "reason": "Audits the books."});
            Request::to(format!("/admin/users/{somebody}/roles")).body(grant).about(somebody)
        }
        "POST /admin/users/{id}/suspend" => of_somebody(world, "suspend").await,
        "POST /admin/users/{id}/restore" => of_somebody(world, "restore").await,
        "DELETE /admin/users/{id}/roles/{role}" => of_somebody(world, "roles/auditor").await,
        "POST /admin/places/{id}/unlist" => of_a_place(world, "unlist").await,
        "POST /admin/places/{id}/restore" => of_a_place(world, "restore").await,
        "POST /admin/reviews/{id}/hide" => {
            // Of the others: the reviews of the tenant stay as they are.
            let review = world.other.reviews.published;
            Request::to(format!("/admin/reviews/{review}/hide")).body(reason()).about(review)
        }
        "POST /admin/imports/listings" => {
            Request::to("/admin/imports/listings").body(json!({"source": "campaign", "listings": []}))
        }
        "GET /admin/events" => Request::to("/admin/events?limit=1"),
        "GET /admin/events/{position}" => Request::to("/admin/events/1"),
        "GET /admin/jobs" => Request::to("/admin/jobs"),
        "POST /admin/jobs/{id}/retry" => job("retry"),
        "POST /admin/jobs/{id}/discard" => job("discard"),
        "GET /admin/projections" => Request::to("/admin/projections"),
        "POST /admin/projections/{name}/rebuild" => operation(world, "rebuild").await,
        "POST /admin/projections/{name}/resume" => operation(world, "resume").await,
        "POST /admin/projections/{name}/park" => {
            let body = json!({"position": 1, "reason": "Made by a faulty release."});
            operation(world, "park").await.body(body)
        }
        _ => return None,
    })
}

/// Of nobody in the cast.
async fn of_somebody(world: &World, what: &str) -> Request {
    let somebody = world.client("nobody").somebody("Nadia").await.id;
    Request::to(format!("/admin/users/{somebody}/{what}")).body(reason()).about(somebody)
}

async fn of_a_place(world: &World, verb: &str) -> Request {
    let place = world.tenant.new_place("listed").await.id;
    Request::to(format!("/admin/places/{place}/{verb}")).body(reason()).about(place)
}

fn reason() -> Value {
    json!({"reason": "Needed for the campaign."})
}

/// On a view, which runs.
async fn operation(world: &World, verb: &str) -> Request {
    let projections = world.client("admin").get("/admin/projections").await.expect(200);
    let mut all = projections.data()["items"].as_array().expect("a list").iter();
    let view = all.find(|projection| projection["serves"] == true).expect("a view");
    Request::to(format!("/admin/projections/{}/{verb}", view["name"].as_str().expect("a name")))
}

/// None has failed.
fn job(verb: &str) -> Request {
    Request::to(format!("/admin/jobs/999999999/{verb}")).about_one(999_999_999, 999_999_998)
}
