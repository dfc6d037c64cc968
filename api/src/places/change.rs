use axum::extract::State;
use commands::place::ChangePlace;
use uuid::Uuid;

use super::fields::{PlaceFields, read_changes};
use super::show::{PlaceBody, place};
use crate::answer::Answer;
use crate::caller::SignedIn;
use crate::failure::ApiError;
use crate::input::{At, Body, Fields, Noted};
use crate::openapi::Success;
use crate::request::{Command, LanguageHeader, Preferred};
use crate::state::ApiState;

/// What the host changes.
pub(crate) struct Changes(ChangePlace);

impl Body for Changes {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        read_changes(fields).map(Self)
    }
}

/// Change a place
///
/// What is absent stays, null clears. A `price` without `currency` is in the place's own; a `currency` goes with a `price`.
#[utoipa::path(
    patch, path = "/places/{id}", tag = "places", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place."), LanguageHeader), request_body = PlaceFields,
    responses((status = 200, description = "The place as it now stands.", body = Success<PlaceBody>))
)]
pub(crate) async fn change(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    Preferred(language): Preferred,
    command: Command<SignedIn, Changes>,
) -> Result<Answer, ApiError> {
    let actor = &command.context.actor;
    let Changes(change) = command.body;
    let done = commands::place::change(&api.commands, &command.context, place_id, change).await?;
    api.settle(done, command.settling).await.show("The place was changed.", |id| place(&api, actor, language, id)).await
}
