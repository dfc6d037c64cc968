use axum::extract::State;
use utoipa::ToSchema;

use super::tokens::TokensBody;
use crate::answer::Answer;
use crate::caller::Whoever;
use crate::failure::ApiError;
use crate::input::{Body, Fields, Noted, Secret};
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;

/// A refresh token.
#[derive(ToSchema)]
#[schema(as = Refresh)]
pub(crate) struct RefreshBody {
    /// As the last login or refresh answered it.
    #[schema(value_type = String)]
    refresh_token: Secret,
}

impl Body for RefreshBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        Ok(Self { refresh_token: fields.required("refresh_token")? })
    }
}

/// Exchange a refresh token for a new pair
///
/// The token is spent; using it again ends the whole session, since somebody must have a copy. A client that did not get
/// the answer may ask once more within 10 seconds, as long as it has not used the new token: the answer then brings
/// another one in its place, and the lost one must not be used any more.
#[utoipa::path(
    post, path = "/auth/refresh", tag = "auth", request_body = RefreshBody,
    responses(
        (status = 200, description = "The next pair of the same session.", body = Success<TokensBody>),
        (status = 403, description = "`forbidden`: the account is suspended."),
    )
)]
pub(crate) async fn refresh(
    State(api): State<ApiState>,
    command: Command<Whoever, RefreshBody>,
) -> Result<Answer, ApiError> {
    let Secret(refresh_token) = command.body.refresh_token;
    let pair = commands::user::refresh(&api.commands, &refresh_token).await?;
    Answer::ok(&TokensBody::from(pair), "The session goes on.")
}
