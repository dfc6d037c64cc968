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

/// Let a place be listed again
///
/// It stays unlisted until its host publishes it.
#[utoipa::path(
    post, path = "/admin/places/{id}/restore", tag = "admin", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place."), LanguageHeader), request_body = ReasonBody,
    responses((status = 200, description = "The place as it now stands.", body = Success<PlaceBody>))
)]
pub(crate) async fn restore_place(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    Preferred(language): Preferred,
    command: Command<Admin, ReasonBody>,
) -> Result<Answer, ApiError> {
    let done = commands::place::release(&api.commands, &command.context, place_id, command.body.reason).await?;
    let receipt = api.settle(done, command.settling).await;
    receipt.show("The place may be listed again.", |id| place(&api, &command.context.actor, language, id)).await
}
