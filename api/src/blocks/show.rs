use axum::extract::State;
use commands::Actor;
use jiff::Timestamp;
use jiff::civil::Date;
use projections::availability::BlockRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, Resource};
use crate::caller::SignedIn;
use crate::failure::{ApiError, Failure};
use crate::input::At;
use crate::openapi::Success;
use crate::places::{Sight, visible};
use crate::request::Read;
use crate::state::ApiState;

/// Nights that a host keeps.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Block)]
pub(crate) struct BlockBody {
    id: Uuid,
    place_id: Uuid,
    /// The first night.
    from: Date,
    /// The first night that is free again.
    to: Date,
    /// For the host alone.
    #[schema(example = "Painting the kitchen")]
    reason: Option<String>,
    /// The place's version when the block was made.
    version: u64,
    created_at: Timestamp,
}

impl From<BlockRow> for BlockBody {
    fn from(row: BlockRow) -> Self {
        Self {
            id: row.block_id,
            place_id: row.place_id,
            from: row.from,
            to: row.to,
            reason: row.reason,
            version: row.version,
            created_at: row.created_at,
        }
    }
}

/// The block, where the place has it.
pub(super) async fn block(api: &ApiState, place_id: Uuid, block_id: Uuid) -> Result<Resource<BlockBody>, ApiError> {
    let row = projections::availability::block(&api.views, place_id, block_id).await?.ok_or(Failure::NotFound)?;
    Ok(Resource { version: row.version, data: row.into() })
}

/// Blocks are their host's business.
pub(super) async fn check_host(api: &ApiState, actor: &Actor, place_id: Uuid) -> Result<(), ApiError> {
    let (_, sight) = visible(api, actor, place_id).await?;
    if sight < Sight::Host { Err(Failure::Forbidden.into()) } else { Ok(()) }
}

/// Nights that a host keeps, by their id
#[utoipa::path(
    get, path = "/places/{id}/blocks/{block_id}", tag = "blocks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place."), ("block_id" = Uuid, Path, description = "The block.")),
    responses(
        (status = 200, description = "The block.", body = Success<BlockBody>),
        (status = 304, description = "The client has it already, by its `If-None-Match`."),
    )
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    At((place_id, block_id)): At<(Uuid, Uuid)>,
    read: Read<SignedIn>,
) -> Result<Answer, ApiError> {
    check_host(&api, &read.actor, place_id).await?;
    let block = block(&api, place_id, block_id).await?;
    block.answer(read.if_none_match.as_ref(), "These nights are blocked.")
}
