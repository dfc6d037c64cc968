//! Accounts and sessions.

mod change_password;
mod forgot_password;
mod login;
mod logout;
mod logout_all;
mod mailed;
mod refresh;
mod register;
mod reset_password;
mod tokens;
mod verify_email;

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
        .routes(limits.on(Bucket::Auth, routes!(change_password::change_password)))
        .routes(limits.on(Bucket::Auth, routes!(forgot_password::forgot_password)))
        .routes(limits.on(Bucket::Auth, routes!(reset_password::reset_password)))
        .routes(limits.on(Bucket::Auth, routes!(verify_email::verify_email)))
        .routes(limits.on(Bucket::Auth, routes!(verify_email::request_verification)))
        .routes(routes!(logout::logout))
        .routes(routes!(logout_all::logout_all))
}
