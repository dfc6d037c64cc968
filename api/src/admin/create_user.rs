use axum::extract::State;

use crate::answer::Answer;
use crate::auth::{RegisterBody, RegisteredBody, register_user};
use crate::caller::Admin;
use crate::failure::ApiError;
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;

/// Make an account for somebody
#[utoipa::path(
    post, path = "/admin/users", tag = "admin", security(("bearer" = [])), request_body = RegisterBody,
    responses(
        (status = 201, description = "The account was made.", body = Success<RegisteredBody>),
        (status = 409, description = "`email_taken`"),
    )
)]
pub(crate) async fn create_user(
    State(api): State<ApiState>,
    command: Command<Admin, RegisterBody>,
) -> Result<Answer, ApiError> {
    register_user(&api, command).await
}
