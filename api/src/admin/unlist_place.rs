use axum::extract::State;
use uuid::Uuid;

use super::reason::ReasonBody;
use crate::answer::Answer;
use crate::caller::Admin;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::places::{PlaceBody, place};
use crate::request::{Command, LanguageHeader, Preferred};
use crate::state::ApiState;

/// Take a place off the list
///
/// It stays off until an admin restores it, whatever its host does; its pending requests are declined.
#[utoipa::path(
    post, path = "/admin/places/{id}/unlist", tag = "admin", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place."), LanguageHeader), request_body = ReasonBody,
    responses((status = 200, description = "The place as it now stands.", body = Success<PlaceBody>))
)]
pub(crate) async fn unlist_place(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    Preferred(language): Preferred,
    command: Command<Admin, ReasonBody>,
) -> Result<Answer, ApiError> {
    let done = commands::place::withhold(&api.commands, &command.context, place_id, command.body.reason).await?;
    let receipt = api.settle(done, command.settling).await;
    receipt.show("The place is off the list.", |id| place(&api, &command.context.actor, language, id)).await
}
