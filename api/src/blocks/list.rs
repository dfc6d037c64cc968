use axum::extract::State;
use uuid::Uuid;

use super::show::BlockBody;
use crate::answer::{Answer, List};
use crate::caller::SignedIn;
use crate::failure::{ApiError, Failure};
use crate::input::At;
use crate::openapi::Success;
use crate::places::{Sight, visible};
use crate::request::Read;
use crate::state::ApiState;

/// The nights that a host keeps
///
/// All of them in one page, by their first night.
#[utoipa::path(
    get, path = "/places/{id}/blocks", tag = "blocks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place.")),
    responses((status = 200, description = "All blocks of the place.", body = Success<List<BlockBody>>))
)]
pub(crate) async fn list(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    read: Read<SignedIn>,
) -> Result<Answer, ApiError> {
    let (_, sight) = visible(&api, &read.actor, place_id).await?;
    if sight < Sight::Host {
        return Err(Failure::Forbidden.into());
    }
    let blocks = projections::availability::blocks(&api.views, place_id).await?;
    List::whole(blocks.into_iter().map(BlockBody::from).collect()).answer("These nights are blocked.")
}
