//! Places that nobody asked for by name: what is looked at, what is like it, what may suit.

mod proposed;
mod recommendations;
mod similar;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::layers::Bucket;
use crate::router::Limits;
use crate::state::ApiState;

pub(crate) fn routes(limits: &Limits) -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(view::view))
        .routes(limits.on(Bucket::Search, routes!(similar::similar)))
        .routes(limits.on(Bucket::Search, routes!(recommendations::recommendations)))
}
