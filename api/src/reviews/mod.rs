//! What guests and hosts say of each other after a stay.

mod due;
mod mine;
mod of_guest;
mod of_place;
mod rating;
mod reply;
mod show;
mod submit;
mod visible;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) use rating::RatingBody;
pub(crate) use show::{ReviewBody, review};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(submit::submit))
        .routes(routes!(show::show))
        .routes(routes!(reply::reply))
        .routes(routes!(mine::mine))
        .routes(routes!(due::due))
        .routes(routes!(of_place::of_place))
        .routes(routes!(of_guest::of_guest))
}
