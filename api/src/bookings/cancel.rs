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

/// Why a booking is called off.
#[derive(ToSchema)]
#[schema(as = Cancel)]
pub(crate) struct CancelBody {
    /// For the other party.
    #[schema(value_type = String, max_length = 2_000, example = "We fell ill.")]
    reason: Note,
}

impl Body for CancelBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        Ok(Self { reason: fields.required("reason")? })
    }
}

/// Call a booking off
///
/// By its guest until check-in time, or by its host; the nights are free again.
#[utoipa::path(
    post, path = "/bookings/{id}/cancel", tag = "bookings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The booking.")), request_body = CancelBody,
    responses(
        (status = 200, description = "The booking as it now stands.", body = Success<BookingBody>),
        (status = 409, description = "`invalid_transition`, `stay_started`, `concurrent_change`"),
    )
)]
pub(crate) async fn cancel(
    State(api): State<ApiState>,
    At(booking_id): At<Uuid>,
    command: Command<SignedIn, CancelBody>,
) -> Result<Answer, ApiError> {
    let done = commands::booking::cancel(&api.commands, &command.context, booking_id, command.body.reason).await?;
    let receipt = api.settle(done, command.settling).await;
    receipt.show("The booking is cancelled.", |id| booking(&api, &command.context.actor, id)).await
}
