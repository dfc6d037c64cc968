use axum::extract::State;
use axum::http::StatusCode;

use super::logout::LogoutBody;
use crate::answer::Answer;
use crate::caller::User;
use crate::failure::ApiError;
use crate::input::Secret;
use crate::request::Command;
use crate::state::ApiState;

/// End all sessions of the user
///
/// A refresh token in the body is not needed. One that is given must be the user's own, or nothing ends.
#[utoipa::path(
    post, path = "/auth/logout-all", tag = "auth", request_body(content = Option<LogoutBody>),
    security(("bearer" = [])),
    responses(
        (status = 204, description = "All sessions are over."),
        (status = 401, description = "`unauthenticated`, also for a refresh token of somebody else, or of nobody."),
    )
)]
pub(crate) async fn logout_all(
    State(api): State<ApiState>,
    command: Command<User, LogoutBody>,
) -> Result<Answer, ApiError> {
    let User(user_id) = command.who;
    let refresh_token = command.body.refresh_token.map(|Secret(token)| token);
    commands::user::sign_out_everywhere(&api.commands, user_id, refresh_token.as_deref()).await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
