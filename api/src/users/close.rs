use axum::extract::State;

use crate::answer::Answer;
use crate::caller::User;
use crate::failure::ApiError;
use crate::request::Command;
use crate::state::ApiState;

/// Close the own account
///
/// Its sessions end, its address is free for a new account, and its places are archived.
#[utoipa::path(
    delete, path = "/users/me", tag = "users", security(("bearer" = [])),
    responses((status = 204, description = "The account is closed."))
)]
pub(crate) async fn close(State(api): State<ApiState>, command: Command<User>) -> Result<Answer, ApiError> {
    let done = commands::user::close(&api.commands, &command.context).await?;
    Ok(api.settle(done, command.settling).await.empty())
}
