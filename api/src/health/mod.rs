//! For whoever runs the server: does it live, can it serve.

mod live;
mod ready;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(live::live)).routes(routes!(ready::ready))
}
