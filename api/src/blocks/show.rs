use jiff::Timestamp;
use jiff::civil::Date;
use projections::availability::BlockRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

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
