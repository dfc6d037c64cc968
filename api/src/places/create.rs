use axum::extract::State;
use axum::http::StatusCode;
use commands::place::CreatePlace;
use utoipa::ToSchema;

use super::fields::{PlaceFields, decimal, read_new};
use super::show::{PlaceBody, place};
use crate::answer::Answer;
use crate::caller::User;
use crate::failure::ApiError;
use crate::input::{Body, Fields, Noted};
use crate::openapi::Success;
use crate::request::{Command, LanguageHeader, Preferred};
use crate::router::BASE;
use crate::state::ApiState;

/// A new place.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what NewPlace reads")]
#[schema(as = NewPlace)]
pub(crate) struct NewPlaceBody {
    #[serde(flatten)]
    fields: PlaceFields,
    /// Any script.
    #[schema(min_length = 3, max_length = 255, example = "Loft under the roofs of Lyon")]
    title: String,
    /// Of one night: a decimal as a string or as a number.
    #[schema(schema_with = decimal)]
    price: String,
    /// `listed` where nothing is said, or `draft`: then only the host sees it.
    #[schema(required = false, pattern = "^(draft|listed)$", example = "listed")]
    status: String,
}

/// What the host asks for.
pub(crate) struct NewPlace(CreatePlace);

impl Body for NewPlace {
    const SUCCESS: StatusCode = StatusCode::CREATED;

    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        read_new(fields).map(Self)
    }
}

/// Let a place
#[utoipa::path(
    post, path = "/places", tag = "places", security(("bearer" = [])), params(LanguageHeader),
    request_body = NewPlaceBody,
    responses((status = 201, description = "The place was made.", body = Success<PlaceBody>))
)]
pub(crate) async fn create(
    State(api): State<ApiState>,
    Preferred(language): Preferred,
    command: Command<User, NewPlace>,
) -> Result<Answer, ApiError> {
    let NewPlace(wish) = command.body;
    let done = commands::place::create(&api.commands, &command.context, wish).await?;
    let receipt = api.settle(done, command.settling).await.located(&format!("{BASE}/places"));
    receipt.show("The place was made.", |id| place(&api, &command.context.actor, language, id)).await
}
