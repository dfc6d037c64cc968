use axum::extract::State;
use axum::http::StatusCode;
use commands::Actor;
use commands::ports::sessions::OpenSession;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, List};
use crate::caller::User;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::request::{Command, Operation, Read};
use crate::state::ApiState;

/// An open session.
#[derive(Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionBody {
    id: Uuid,
    /// When its owner signed in.
    opened_at: Timestamp,
    /// When it was last continued with a refresh token.
    refreshed_at: Timestamp,
    /// When it ends unless it is continued.
    expires_at: Timestamp,
    /// Whether this request is made in it.
    current: bool,
    /// What the client that signed in called itself; at most 200 characters.
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")]
    user_agent: Option<String>,
}

impl SessionBody {
    fn of(session: OpenSession, own: &Actor) -> Self {
        let OpenSession { session_id: id, opened_at, refreshed_at, expires_at, user_agent } = session;
        let current = matches!(own, Actor::User { session_id, .. } if *session_id == id);
        Self { id, opened_at, refreshed_at, expires_at, current, user_agent }
    }
}

/// The own sessions
///
/// All that are open, at most 100; the one used last first.
#[utoipa::path(
    get, path = "/users/me/sessions", tag = "users", security(("bearer" = [])),
    responses((status = 200, description = "All of them.", body = Success<List<SessionBody>>))
)]
pub(crate) async fn sessions(State(api): State<ApiState>, read: Read<User>) -> Result<Answer, ApiError> {
    let User(user_id) = read.who;
    let sessions = commands::user::sessions(&api.commands, user_id).await?;
    let sessions = sessions.into_iter().map(|session| SessionBody::of(session, &read.actor)).collect();
    List::whole(sessions).answer("These are your sessions.")
}

/// End one of the own sessions
///
/// Its access tokens are refused within a second.
#[utoipa::path(
    delete, path = "/users/me/sessions/{id}", tag = "users", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The session.")),
    responses((status = 204, description = "The session is over."))
)]
pub(crate) async fn end_session(
    State(api): State<ApiState>,
    At(session_id): At<Uuid>,
    Operation(command): Operation<User>,
) -> Result<Answer, ApiError> {
    let Command { context, .. } = command;
    commands::user::end_session(&api.commands, &context, session_id).await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
