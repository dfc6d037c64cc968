use axum::extract::State;
use axum::http::StatusCode;
use commands::place::BlockNights;
use domain::Nights;
use domain::text::Note;
use jiff::civil::Date;
use utoipa::ToSchema;
use uuid::Uuid;

use super::show::{BlockBody, block};
use crate::answer::Answer;
use crate::caller::SignedIn;
use crate::failure::ApiError;
use crate::input::{At, Body, Fields, Noted};
use crate::openapi::Success;
use crate::request::Command;
use crate::router::BASE;
use crate::state::ApiState;

/// Nights to keep.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what NewBlock reads")]
#[schema(as = NewBlock)]
pub(crate) struct NewBlockBody {
    /// The first night.
    #[schema(example = "2027-05-31")]
    from: Date,
    /// The first night that is free again.
    #[schema(example = "2027-06-07")]
    to: Date,
    /// For the host alone.
    #[schema(max_length = 2_000, example = "Painting the kitchen")]
    reason: Option<String>,
}

/// Which nights, and why.
pub(crate) struct NewBlock {
    nights: Nights,
    reason: Option<Note>,
}

impl Body for NewBlock {
    const SUCCESS: StatusCode = StatusCode::CREATED;

    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (nights, reason) = (fields.nights("from", "to"), fields.optional("reason"));
        Ok(Self { nights: nights?, reason: reason? })
    }
}

/// Keep nights free of bookings
#[utoipa::path(
    post, path = "/places/{id}/blocks", tag = "blocks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place.")), request_body = NewBlockBody,
    responses(
        (status = 201, description = "The nights are blocked.", body = Success<BlockBody>),
        (status = 409, description = "`nights_unavailable`, `invalid_transition`, `concurrent_change`"),
    )
)]
pub(crate) async fn create(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    command: Command<SignedIn, NewBlock>,
) -> Result<Answer, ApiError> {
    let NewBlock { nights, reason } = command.body;
    let wish = BlockNights { block_id: Uuid::now_v7(), nights, reason };
    let done = commands::place::block(&api.commands, &command.context, place_id, wish).await?;
    let receipt = api.settle(done, command.settling).await.located(&format!("{BASE}/places/{place_id}/blocks"));
    receipt.show("The nights are blocked.", |id| block(&api, place_id, id)).await
}
