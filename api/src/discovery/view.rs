use axum::extract::State;
use axum::http::StatusCode;
use commands::place::{Shown, keep_view};
use uuid::Uuid;

use crate::answer::Answer;
use crate::caller::User;
use crate::failure::ApiError;
use crate::input::{At, Body, Fields, Noted};
use crate::places::visible;
use crate::request::{Command, Operation};
use crate::state::ApiState;

/// No fields. A repeat within the hour has no effect, so that it may have a key.
#[derive(Debug)]
pub(crate) struct Looked;

impl Body for Looked {
    const HARMLESS_AGAIN: bool = true;

    fn read(_: &mut Fields<'_>) -> Result<Self, Noted> {
        Ok(Self)
    }
}

/// Say that the caller looked at a place
///
/// For clients that show a place without reading it here: reading it (`GET /places/{id}`) says so, too. Of however many
/// times within an hour one counts, of the host's own none. It is no part of the history, and forgotten after 180 days
/// or with the account.
#[utoipa::path(
    post, path = "/places/{id}/views", tag = "discovery", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place.")),
    responses((status = 204, description = "It is remembered."))
)]
pub(crate) async fn view(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    Operation(command): Operation<User, Looked>,
) -> Result<Answer, ApiError> {
    let Command { context, .. } = command;
    let (place, _) = visible(&api, &context.actor, place_id).await?;
    keep_view(&api.commands, &context.actor, Shown { place_id, host_id: place.owner_id }).await?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}
