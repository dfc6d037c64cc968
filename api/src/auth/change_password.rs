use axum::extract::State;
use commands::ports::password::Password;
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::User;
use crate::failure::ApiError;
use crate::input::{Body, Fields, Noted, Secret};
use crate::request::Command;
use crate::state::ApiState;

/// The password, and the next one.
#[derive(ToSchema)]
#[schema(as = PasswordChange)]
pub(crate) struct PasswordChangeBody {
    /// As it is now.
    #[schema(value_type = String, format = Password, example = "a long enough secret")]
    current_password: Secret,
    /// Another one: not a common one, and not the own address or name.
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 128, example = "a better secret")]
    new_password: Password,
}

impl Body for PasswordChangeBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (current, new) = (fields.required("current_password"), fields.required("new_password"));
        Ok(Self { current_password: current?, new_password: new? })
    }
}

/// Change the own password
///
/// Every other session of the account ends; the one that asks goes on. A wrong current password is 422 `incorrect`.
#[utoipa::path(
    post, path = "/auth/password", tag = "auth", request_body = PasswordChangeBody, security(("bearer" = [])),
    responses((status = 204, description = "The new password is good."))
)]
pub(crate) async fn change_password(
    State(api): State<ApiState>,
    command: Command<User, PasswordChangeBody>,
) -> Result<Answer, ApiError> {
    let PasswordChangeBody { current_password: Secret(current), new_password } = command.body;
    let done = commands::user::change_password(&api.commands, &command.context, &current, &new_password).await?;
    Ok(api.settle(done, command.settling).await.empty())
}
