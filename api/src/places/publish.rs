use axum::extract::State;
use uuid::Uuid;

use super::show::{PlaceBody, place};
use crate::answer::Answer;
use crate::caller::SignedIn;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::request::{Command, LanguageHeader, Preferred};
use crate::state::ApiState;

/// Show a place to guests
///
/// One that is listed already stays so.
#[utoipa::path(
    post, path = "/places/{id}/publish", tag = "places", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place."), LanguageHeader),
    responses((status = 200, description = "The place as it now stands.", body = Success<PlaceBody>))
)]
pub(crate) async fn publish(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    Preferred(language): Preferred,
    command: Command<SignedIn>,
) -> Result<Answer, ApiError> {
    let done = commands::place::publish(&api.commands, &command.context, place_id).await?;
    let receipt = api.settle(done, command.settling).await;
    receipt.show("The place is listed.", |id| place(&api, &command.context.actor, language, id)).await
}
