use axum::extract::State;
use axum::http::StatusCode;
use commands::booking::RequestBooking;
use jiff::civil::Date;
use utoipa::ToSchema;
use uuid::Uuid;

use super::show::{BookingBody, booking};
use crate::answer::Answer;
use crate::caller::User;
use crate::failure::ApiError;
use crate::input::{Body, Fields, Noted, Whole};
use crate::openapi::Success;
use crate::request::Command;
use crate::router::BASE;
use crate::state::ApiState;

/// What a guest asks for.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what RequestBooking reads")]
#[schema(as = NewBooking)]
pub(crate) struct NewBookingBody {
    place_id: Uuid,
    /// The date of arrival.
    #[schema(example = "2027-05-31")]
    check_in: Date,
    /// The date of departure.
    #[schema(example = "2027-06-07")]
    check_out: Date,
    /// How many people.
    #[schema(minimum = 1, example = 2)]
    guests: u32,
    /// To the host.
    #[schema(max_length = 2_000, example = "We arrive by train at six.")]
    message: Option<String>,
}

impl Body for RequestBooking {
    const SUCCESS: StatusCode = StatusCode::CREATED;

    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (place_id, nights) = (fields.required("place_id"), fields.nights("check_in", "check_out"));
        let guests = fields.required::<Whole<1, 10_000>>("guests");
        let message = fields.optional("message");
        Ok(Self { place_id: place_id?, nights: nights?, guests: guests?.count(), message: message? })
    }
}

/// Ask for nights
///
/// The nights are held from now on: until the host answers or the request expires; a place with `instant_book`
/// confirms at once.
#[utoipa::path(
    post, path = "/bookings", tag = "bookings", security(("bearer" = [])), request_body = NewBookingBody,
    responses(
        (status = 201, description = "The booking, `pending` or `confirmed`.", body = Success<BookingBody>),
        (status = 404, description = "`not_found`: there is no such place, or the guest may not see it."),
        (status = 409, description = "`nights_unavailable`, `not_bookable`, `own_place`, `concurrent_change`"),
    )
)]
pub(crate) async fn request(
    State(api): State<ApiState>,
    command: Command<User, RequestBooking>,
) -> Result<Answer, ApiError> {
    let done = commands::booking::request(&api.commands, &command.context, command.body).await?;
    let receipt = api.settle(done, command.settling).await.located(&format!("{BASE}/bookings"));
    receipt.show("The booking was requested.", |id| booking(&api, &command.context.actor, id)).await
}
