use axum::extract::State;

use super::show::AmenityBody;
use crate::answer::{Answer, List};
use crate::caller::Anyone;
use crate::failure::ApiError;
use crate::openapi::Success;
use crate::request::{LanguageHeader, Preferred, Read};
use crate::state::ApiState;

/// The catalogue of amenities
///
/// All of it in one page, by code.
#[utoipa::path(
    get, path = "/amenities", tag = "amenities", security((), ("bearer" = [])), params(LanguageHeader),
    responses((status = 200, description = "The catalogue.", body = Success<List<AmenityBody>>))
)]
pub(crate) async fn list(
    State(api): State<ApiState>,
    Preferred(language): Preferred,
    _: Read<Anyone>,
) -> Result<Answer, ApiError> {
    let rows = projections::amenity::all(&api.views).await?;
    List::whole(rows.iter().map(|row| AmenityBody::of(row, language)).collect()).answer("These are the amenities.")
}
