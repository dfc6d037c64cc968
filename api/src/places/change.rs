use axum::extract::State;
use domain::place::PlaceChanges;
use uuid::Uuid;

use super::fields::{PlaceFields, read_changes};
use super::show::{PlaceBody, place};
use super::visible::visible;
use crate::answer::Answer;
use crate::caller::SignedIn;
use crate::failure::{ApiError, Failure};
use crate::input::{At, Body, Fields, Noted, PriceChange};
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;

/// What the host changes.
pub(crate) struct Changes {
    details: PlaceChanges,
    price: PriceChange,
}

impl Body for Changes {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (details, price) = read_changes(fields)?;
        Ok(Self { details, price })
    }
}

/// Change a place
///
/// What is absent stays, null clears. A `price` without `currency` is in the place's own.
#[utoipa::path(
    patch, path = "/places/{id}", tag = "places", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place.")), request_body = PlaceFields,
    responses((status = 200, description = "The place as it now stands.", body = Success<PlaceBody>))
)]
pub(crate) async fn change(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    command: Command<SignedIn, Changes>,
) -> Result<Answer, ApiError> {
    let actor = &command.context.actor;
    let Changes { mut details, price } = command.body;
    if price != PriceChange::default() {
        let (current, _) = visible(&api, actor, place_id).await?;
        let new = price.of(current.price).map_err(|problem| problem.at("price"));
        details.price = new.map_err(|problem| ApiError::with_errors(Failure::ValidationFailed, vec![problem]))?;
    }
    let done = commands::place::change(&api.commands, &command.context, place_id, details).await?;
    api.settle(done, command.settling).await.show("The place was changed.", |id| place(&api, actor, id)).await
}
