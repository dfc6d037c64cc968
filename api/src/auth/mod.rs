//! Accounts and sessions.

mod login;
mod logout;
mod logout_all;
mod refresh;
mod register;
mod tokens;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::layers::Bucket;
use crate::router::Limits;
use crate::state::ApiState;

pub(crate) use register::{RegisterBody, RegisteredBody, register_user};

pub(crate) fn routes(limits: &Limits) -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(limits.on(Bucket::Auth, routes!(register::register)))
        .routes(limits.on(Bucket::Auth, routes!(login::login)))
        .routes(limits.on(Bucket::Auth, routes!(refresh::refresh)))
        .routes(routes!(logout::logout))
        .routes(routes!(logout_all::logout_all))
}
