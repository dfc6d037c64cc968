use axum::extract::State;
use domain::zone::Zone;
use jiff::ToSpan as _;
use uuid::Uuid;

use super::show::{BlockBody, check_host};
use crate::answer::{Answer, List};
use crate::caller::SignedIn;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// The nights that a host keeps
///
/// All that are not over, in one page, by their first night.
#[utoipa::path(
    get, path = "/places/{id}/blocks", tag = "blocks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place.")),
    responses((status = 200, description = "The blocks of the place.", body = Success<List<BlockBody>>))
)]
pub(crate) async fn list(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    read: Read<SignedIn>,
) -> Result<Answer, ApiError> {
    check_host(&api, &read.actor, place_id).await?;
    // Wherever the place is, what ended before is over.
    let yesterday = Zone::UTC.date_at(api.commands.now()).saturating_sub(1.day());
    let blocks = projections::availability::blocks(&api.views, place_id, yesterday).await?;
    List::whole(blocks.into_iter().map(BlockBody::from).collect()).answer("These nights are blocked.")
}
