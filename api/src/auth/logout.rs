use axum::extract::State;
use axum::http::StatusCode;
use commands::Actor;
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Whoever;
use crate::failure::{ApiError, Failure};
use crate::input::{Body, Fields, Noted, Secret};
use crate::request::Command;
use crate::state::ApiState;

/// Which session ends.
#[derive(ToSchema)]
#[schema(as = Logout)]
pub(crate) struct LogoutBody {
    /// The session of this refresh token; without one, the session of the access token.
    #[schema(value_type = Option<String>)]
    pub(super) refresh_token: Option<Secret>,
}

impl Body for LogoutBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        Ok(Self { refresh_token: fields.optional("refresh_token")? })
    }
}

/// End a session
///
/// Its access tokens are refused within a second. An unknown refresh token ends nothing, and is no error.
#[utoipa::path(
    post, path = "/auth/logout", tag = "auth", request_body(content = Option<LogoutBody>),
    security((), ("bearer" = [])),
    responses((status = 204, description = "The session is over."))
)]
pub(crate) async fn logout(
    State(api): State<ApiState>,
    command: Command<Whoever, LogoutBody>,
) -> Result<Answer, ApiError> {
    match (command.body.refresh_token, command.context.actor) {
        (Some(Secret(refresh_token)), _) => commands::user::sign_out(&api.commands, &refresh_token).await?,
        (None, Actor::User { session_id, .. }) => {
            commands::user::sign_out_session(&api.commands, session_id).await?;
        }
        (None, Actor::Anonymous | Actor::System) => return Err(Failure::Unauthenticated.into()),
    }
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
