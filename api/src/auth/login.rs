use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use commands::ports::password::Password;
use domain::Email;
use utoipa::ToSchema;

use super::tokens::TokensBody;
use crate::answer::Answer;
use crate::caller::Whoever;
use crate::failure::{ApiError, Failure};
use crate::input::{Body, Fields, Noted, Secret};
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;

/// Who signs in.
#[derive(ToSchema)]
#[schema(as = Login)]
pub(crate) struct LoginBody {
    /// The account's address.
    #[schema(value_type = String, format = Email, example = "ada@example.org")]
    email: Email,
    /// The account's password.
    #[schema(value_type = String, format = Password, example = "a long enough secret")]
    password: Secret,
}

impl Body for LoginBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (email, password) = (fields.required("email"), fields.required("password"));
        Ok(Self { email: email?, password: password? })
    }
}

/// Sign in
///
/// An unknown address and a wrong password get the same answer. What the client calls itself (`User-Agent`) is kept as
/// long as the session, for its owner to see.
#[utoipa::path(
    post, path = "/auth/login", tag = "auth", request_body = LoginBody,
    responses(
        (status = 200, description = "A new session.", body = Success<TokensBody>),
        (status = 403, description = "`forbidden`: the password is right, but the account is suspended."),
    )
)]
pub(crate) async fn login(
    State(api): State<ApiState>,
    headers: HeaderMap,
    command: Command<Whoever, LoginBody>,
) -> Result<Answer, ApiError> {
    let LoginBody { email, password: Secret(password) } = command.body;
    // No account has a password of this length.
    let password = Password::given(&password).map_err(|_| Failure::Unauthenticated)?;
    let user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let pair = commands::user::sign_in(&api.commands, &email, &password, user_agent).await?;
    Answer::ok(&TokensBody::from(pair), "You are signed in.")
}
