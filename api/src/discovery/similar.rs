use axum::extract::State;
use uuid::Uuid;

use super::proposed::{ProposedBody, answer};
use crate::answer::{Answer, List};
use crate::caller::Anyone;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::places::visible;
use crate::request::{LanguageHeader, Preferred, Read};
use crate::state::ApiState;

/// Places like another
///
/// Listed ones that cost up to 20 % less or more, in the same currency, and lie under 5 km away as strangers see it
/// (where the place has no coordinates: in the same city). Ten at the most, the most alike first, by closeness, price,
/// amenities, size, and what guests say; of more than 400 that qualify, the nearest (or newest) are compared.
#[utoipa::path(
    get, path = "/places/{id}/similar", tag = "discovery", security((), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place."), LanguageHeader),
    responses((status = 200, description = "All of them.", body = Success<List<ProposedBody>>))
)]
pub(crate) async fn similar(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    Preferred(language): Preferred,
    read: Read<Anyone>,
) -> Result<Answer, ApiError> {
    let (place, _) = visible(&api, &read.actor, place_id).await?;
    let proposed = projections::discovery::similar(&api.views, &place).await?;
    answer(&api, proposed, language, "These places are similar.").await
}
