use axum::extract::State;
use commands::ports::password::Password;
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Whoever;
use crate::failure::ApiError;
use crate::input::{Body, Fields, Noted, Secret};
use crate::request::Command;
use crate::state::ApiState;

/// A token, and the password that is to be good from now on.
#[derive(ToSchema)]
#[schema(as = PasswordReset)]
pub(crate) struct PasswordResetBody {
    /// As it was sent by mail.
    #[schema(value_type = String)]
    token: Secret,
    /// Not a common one, and not the own address or name.
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 128, example = "a better secret")]
    password: Password,
}

impl Body for PasswordResetBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (token, password) = (fields.required("token"), fields.required("password"));
        Ok(Self { token: token?, password: password? })
    }
}

/// Choose a new password by a token
///
/// The token works once, within an hour; a bad one is 422 `invalid_token`. Every session of the account ends.
#[utoipa::path(
    post, path = "/auth/password/reset", tag = "auth", request_body = PasswordResetBody,
    responses((status = 204, description = "The new password is good."))
)]
pub(crate) async fn reset_password(
    State(api): State<ApiState>,
    command: Command<Whoever, PasswordResetBody>,
) -> Result<Answer, ApiError> {
    let PasswordResetBody { token: Secret(token), password } = command.body;
    let done = commands::user::reset_password(&api.commands, &command.context, &token, &password).await?;
    Ok(api.settle(done, command.settling).await.empty())
}
