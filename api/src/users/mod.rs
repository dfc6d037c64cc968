//! People: the own account, and what others see of one.

mod calendar;
mod change;
mod close;
mod me;
mod places;
mod preferences;
mod sessions;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(crate) use me::{AccountBody, account};

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(me::me, change::change, close::close))
        .routes(routes!(sessions::sessions))
        .routes(routes!(sessions::end_session))
        .routes(routes!(places::places))
        .routes(routes!(calendar::calendar))
        .routes(routes!(show::show))
}
