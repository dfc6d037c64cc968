use axum::extract::State;
use domain::text::Note;
use utoipa::ToSchema;
use uuid::Uuid;

use super::show::{BookingBody, booking};
use crate::answer::Answer;
use crate::caller::SignedIn;
use crate::failure::ApiError;
use crate::input::{At, Body, Fields, Noted};
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;

/// Why a request is turned down.
#[derive(ToSchema)]
#[schema(as = Decline)]
pub(crate) struct DeclineBody {
    /// For the other party.
    #[schema(value_type = Option<String>, max_length = 2_000, example = "The house is being painted.")]
    reason: Option<Note>,
}

impl Body for DeclineBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        Ok(Self { reason: fields.optional("reason")? })
    }
}

/// Turn a request down
///
/// By its host; the nights are free again.
#[utoipa::path(
    post, path = "/bookings/{id}/decline", tag = "bookings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The booking.")), request_body(content = Option<DeclineBody>),
    responses(
        (status = 200, description = "The booking as it now stands.", body = Success<BookingBody>),
        (status = 409, description = "`invalid_transition`, `concurrent_change`"),
    )
)]
pub(crate) async fn decline(
    State(api): State<ApiState>,
    At(booking_id): At<Uuid>,
    command: Command<SignedIn, DeclineBody>,
) -> Result<Answer, ApiError> {
    let done = commands::booking::decline(&api.commands, &command.context, booking_id, command.body.reason).await?;
    let receipt = api.settle(done, command.settling).await;
    receipt.show("The booking is declined.", |id| booking(&api, &command.context.actor, id)).await
}
