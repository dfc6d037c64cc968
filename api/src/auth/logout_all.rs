use axum::extract::State;
use axum::http::StatusCode;

use super::logout::LogoutBody;
use crate::answer::Answer;
use crate::caller::User;
use crate::failure::ApiError;
use crate::request::Command;
use crate::state::ApiState;

/// End all sessions of the user
///
/// A refresh token in the body is accepted and changes nothing: its session ends with the others.
#[utoipa::path(
    post, path = "/auth/logout-all", tag = "auth", request_body(content = Option<LogoutBody>),
    security(("bearer" = [])),
    responses((status = 204, description = "All sessions are over."))
)]
pub(crate) async fn logout_all(
    State(api): State<ApiState>,
    command: Command<User, LogoutBody>,
) -> Result<Answer, ApiError> {
    let User(user_id) = command.who;
    commands::user::sign_out_everywhere(&api.commands, user_id).await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
