use axum::extract::State;
use axum::http::StatusCode;
use commands::ports::account_tokens::VERIFICATION_SECONDS;
use utoipa::ToSchema;

use super::mailed::MailedBody;
use crate::answer::Answer;
use crate::caller::{User, Whoever};
use crate::failure::ApiError;
use crate::input::{Body, Fields, Noted, Secret};
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;

/// A token that came by mail.
#[derive(ToSchema)]
#[schema(as = EmailVerification)]
pub(crate) struct EmailVerificationBody {
    /// As it was sent.
    #[schema(value_type = String)]
    token: Secret,
}

impl Body for EmailVerificationBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        Ok(Self { token: fields.required("token")? })
    }
}

/// Verify an address
///
/// The token works once, within 48 hours; a bad one is 422 `invalid_token`.
#[utoipa::path(
    post, path = "/auth/email/verify", tag = "auth", request_body = EmailVerificationBody,
    responses((status = 204, description = "The address is verified."))
)]
pub(crate) async fn verify_email(
    State(api): State<ApiState>,
    command: Command<Whoever, EmailVerificationBody>,
) -> Result<Answer, ApiError> {
    let Secret(token) = command.body.token;
    let done = commands::user::verify_email(&api.commands, &command.context, &token).await?;
    Ok(api.settle(done, command.settling).await.empty())
}

/// Ask for another token for the own address
///
/// It is sent at most once a minute, and not to an address that is verified already.
#[utoipa::path(
    post, path = "/auth/email/verification", tag = "auth", security(("bearer" = [])),
    responses((status = 202, description = "Mail is on its way.", body = Success<MailedBody>))
)]
pub(crate) async fn request_verification(
    State(api): State<ApiState>,
    command: Command<User>,
) -> Result<Answer, ApiError> {
    commands::user::request_verification(&api.commands, &command.context).await?;
    let mailed = MailedBody { expires_in: VERIFICATION_SECONDS };
    Ok(Answer::ok(&mailed, "Unless your address is verified, mail is on its way.")?.status(StatusCode::ACCEPTED))
}
