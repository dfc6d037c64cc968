//! Nights of a place that its host keeps.

mod create;
mod list;
mod remove;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list::list, create::create)).routes(routes!(show::show, remove::remove))
}
