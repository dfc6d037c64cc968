//! Places that hosts let.

mod archive;
mod availability;
mod change;
mod create;
mod dates;
mod fields;
mod list;
mod price;
mod publish;
mod show;
mod unpublish;
mod visible;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::layers::Bucket;
use crate::router::Limits;
use crate::state::ApiState;

pub(crate) use dates::DateRange;
pub(crate) use fields::{PlaceFields, decimal, read_draft};
pub(crate) use price::PriceBody;
pub(crate) use show::{Beside, PlaceBody, place};
pub(crate) use visible::{Sight, visible};

pub(crate) fn routes(limits: &Limits) -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(limits.on(Bucket::Search, routes!(list::list)))
        .routes(routes!(create::create))
        .routes(routes!(show::show, change::change, archive::archive))
        .routes(routes!(publish::publish))
        .routes(routes!(unpublish::unpublish))
        .routes(routes!(availability::availability))
        .routes(routes!(price::price))
}
