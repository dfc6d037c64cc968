use axum::extract::State;
use domain::amenity::Language;
use domain::place::AmenityCode;
use projections::amenity::AmenityRow;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Resource};
use crate::caller::Anyone;
use crate::failure::{ApiError, Failure};
use crate::input::At;
use crate::openapi::Success;
use crate::request::{LanguageHeader, Preferred, Read};
use crate::state::ApiState;

/// An amenity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Amenity)]
pub(crate) struct AmenityBody {
    #[schema(example = "washing_machine")]
    pub(crate) code: String,
    /// In the language asked for.
    #[schema(example = "Washing machine")]
    pub(crate) name: String,
}

impl AmenityBody {
    /// Named in a language.
    pub(super) fn of(row: &AmenityRow, language: Language) -> Self {
        Self { code: row.code.clone(), name: row.name(language).to_owned() }
    }
}

/// An amenity by its code.
pub(super) async fn amenity(api: &ApiState, code: &str, language: Language) -> Result<Resource<AmenityBody>, ApiError> {
    let code = AmenityCode::parse(code).map_err(|_| Failure::NotFound)?;
    let row = projections::amenity::find(&api.views, &code).await?.ok_or(Failure::NotFound)?;
    Ok(Resource { version: row.version, data: AmenityBody::of(&row, language) })
}

/// An amenity
#[utoipa::path(
    get, path = "/amenities/{code}", tag = "amenities", security((), ("bearer" = [])),
    params(("code" = String, Path, description = "Its code, such as `wifi`."), LanguageHeader),
    responses(
        (status = 200, description = "The amenity.", body = Success<AmenityBody>),
        (status = 304, description = "The client has it already, by its `If-None-Match`."),
    )
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    At(code): At<String>,
    Preferred(language): Preferred,
    read: Read<Anyone>,
) -> Result<Answer, ApiError> {
    amenity(&api, &code, language).await?.answer(read.if_none_match.as_ref(), "This is the amenity.")
}
