use axum::extract::State;
use uuid::Uuid;

use super::show::{BookingBody, booking};
use crate::answer::Answer;
use crate::caller::SignedIn;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;

/// Accept a request
///
/// By its host.
#[utoipa::path(
    post, path = "/bookings/{id}/confirm", tag = "bookings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The booking.")),
    responses(
        (status = 200, description = "The booking as it now stands.", body = Success<BookingBody>),
        (status = 409, description = "`invalid_transition`, `not_bookable`, `concurrent_change`"),
    )
)]
pub(crate) async fn confirm(
    State(api): State<ApiState>,
    At(booking_id): At<Uuid>,
    command: Command<SignedIn>,
) -> Result<Answer, ApiError> {
    let done = commands::booking::confirm(&api.commands, &command.context, booking_id).await?;
    let receipt = api.settle(done, command.settling).await;
    receipt.show("The booking is confirmed.", |id| booking(&api, &command.context.actor, id)).await
}
