use axum::extract::State;
use axum::http::StatusCode;
use commands::amenity::AddAmenity;
use utoipa::ToSchema;

use super::show::{AmenityBody, amenity};
use crate::answer::Answer;
use crate::caller::Admin;
use crate::failure::ApiError;
use crate::input::{Body, Fields, Noted};
use crate::openapi::Success;
use crate::request::{Command, LanguageHeader, Preferred};
use crate::router::BASE;
use crate::state::ApiState;

/// A new amenity.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what AddAmenity reads")]
#[schema(as = NewAmenity)]
pub(crate) struct NewAmenityBody {
    /// Lower-case letters, digits and underscores; it never changes.
    #[schema(min_length = 1, max_length = 64, example = "wine_cellar")]
    code: String,
    /// In English.
    #[schema(min_length = 1, max_length = 100, example = "Wine cellar")]
    name_en: String,
    /// In French.
    #[schema(min_length = 1, max_length = 100, example = "Cave à vin")]
    name_fr: String,
}

impl Body for AddAmenity {
    const SUCCESS: StatusCode = StatusCode::CREATED;

    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (code, name_en, name_fr) =
            (fields.required("code"), fields.required("name_en"), fields.required("name_fr"));
        Ok(Self { code: code?, name_en: name_en?, name_fr: name_fr? })
    }
}

/// Add an amenity to the catalogue
///
/// For good: a code is never taken back. One that the catalogue has is refused (422, `taken`).
#[utoipa::path(
    post, path = "/amenities", tag = "amenities", security(("bearer" = [])), params(LanguageHeader),
    request_body = NewAmenityBody,
    responses((status = 201, description = "The amenity was added.", body = Success<AmenityBody>))
)]
pub(crate) async fn add(
    State(api): State<ApiState>,
    Preferred(language): Preferred,
    command: Command<Admin, AddAmenity>,
) -> Result<Answer, ApiError> {
    let code = command.body.code.as_str().to_owned();
    let done = commands::amenity::add(&api.commands, &command.context, command.body).await?;
    let receipt = api.settle(done, command.settling).await.located_at(format!("{BASE}/amenities/{code}"));
    receipt.show("The amenity was added.", |_| amenity(&api, &code, language)).await
}
