use axum::extract::State;
use axum::http::StatusCode;
use commands::ports::account_tokens::RESET_SECONDS;
use domain::Email;
use utoipa::ToSchema;

use super::mailed::MailedBody;
use crate::answer::Answer;
use crate::caller::Whoever;
use crate::failure::ApiError;
use crate::input::{Body, Fields, Noted};
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;

/// Whose password was forgotten.
#[derive(ToSchema)]
#[schema(as = ForgottenPassword)]
pub(crate) struct ForgottenPasswordBody {
    /// The account's address.
    #[schema(value_type = String, format = Email, example = "ada@example.org")]
    email: Email,
}

impl Body for ForgottenPasswordBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        Ok(Self { email: fields.required("email")? })
    }
}

/// Ask for a new password
///
/// If there is an account with this address, it is sent a token, at most once a minute. The answer does not tell.
#[utoipa::path(
    post, path = "/auth/password/forgot", tag = "auth", request_body = ForgottenPasswordBody,
    responses((status = 202, description = "Mail is on its way, if anybody has the address.", body = Success<MailedBody>))
)]
pub(crate) async fn forgot_password(
    State(api): State<ApiState>,
    command: Command<Whoever, ForgottenPasswordBody>,
) -> Result<Answer, ApiError> {
    commands::user::forgot_password(&api.commands, &command.body.email).await?;
    let mailed = MailedBody { expires_in: RESET_SECONDS };
    Ok(Answer::ok(&mailed, "If there is an account with this address, mail is on its way.")?
        .status(StatusCode::ACCEPTED))
}
