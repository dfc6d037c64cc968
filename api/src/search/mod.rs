//! Finding places by words and by what they are.

mod criteria;
mod facets;
mod found;
mod places;
mod suggest;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::layers::Bucket;
use crate::router::Limits;
use crate::state::ApiState;

pub(crate) use criteria::{FilterParams, bookable, needs_centre, read_filter};

pub(crate) fn routes(limits: &Limits) -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(limits.on(Bucket::Search, routes!(places::places)))
        .routes(limits.on(Bucket::Search, routes!(suggest::suggest)))
}
