use axum::extract::State;
use commands::Actor;
use domain::booking::BookingStatus;
use jiff::Timestamp;
use jiff::civil::Date;
use projections::booking::{BookingRow, Cancellation, TimelineEntry};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, Resource};
use crate::caller::SignedIn;
use crate::failure::{ApiError, Failure};
use crate::input::At;
use crate::openapi::{MoneyBody, Success};
use crate::places::PriceBody;
use crate::request::Read;
use crate::state::ApiState;

/// A booking, as its guest, its host and admins see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Booking)]
pub(crate) struct BookingBody {
    id: Uuid,
    place_id: Uuid,
    guest_id: Uuid,
    host_id: Uuid,
    /// `pending`, `confirmed`, `declined`, `cancelled`, `expired` or `completed`.
    #[schema(example = "pending")]
    status: &'static str,
    check_in: Date,
    check_out: Date,
    #[schema(example = 7)]
    nights: u32,
    #[schema(example = 2)]
    guests: u32,
    /// Frozen at the request.
    price: PriceBody,
    /// The total of `price`.
    total_price: MoneyBody,
    /// The place's, frozen at the request.
    #[schema(example = "Europe/Paris")]
    time_zone: String,
    /// Until when the host may answer; null once somebody did.
    expires_at: Option<Timestamp>,
    /// From the guest to the host.
    message: Option<String>,
    cancellation: Option<CancellationBody>,
    timeline: Vec<TimelineBody>,
    version: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// How a booking was called off.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cancellation)]
pub(crate) struct CancellationBody {
    /// `guest` or `host`.
    #[schema(example = "guest")]
    by: &'static str,
    #[schema(example = "We fell ill.")]
    reason: Option<String>,
    at: Timestamp,
}

/// One thing that happened to a booking.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TimelineEntry)]
pub(crate) struct TimelineBody {
    /// Its position in the log.
    position: u64,
    at: Timestamp,
    /// `requested`, `confirmed`, `declined`, `cancelled`, `expired` or `completed`.
    #[serde(rename = "type")]
    #[schema(example = "requested")]
    kind: String,
    /// `guest`, `host` or `system`.
    #[schema(example = "guest")]
    by: &'static str,
    reason: Option<String>,
}

impl From<BookingRow> for BookingBody {
    fn from(row: BookingRow) -> Self {
        let waits = matches!(row.status, BookingStatus::Pending | BookingStatus::Expired);
        Self {
            id: row.booking_id,
            place_id: row.place_id,
            guest_id: row.guest_id,
            host_id: row.host_id,
            status: row.status.name(),
            check_in: row.check_in,
            check_out: row.check_out,
            nights: row.nights(),
            guests: row.guests,
            price: PriceBody::from(&row.price),
            total_price: row.total().into(),
            time_zone: row.time_zone.name().to_owned(),
            expires_at: waits.then_some(row.expires_at),
            message: row.message,
            cancellation: row.cancellation.map(Into::into),
            timeline: row.timeline.into_iter().map(Into::into).collect(),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<Cancellation> for CancellationBody {
    fn from(cancellation: Cancellation) -> Self {
        Self { by: cancellation.by.name(), reason: cancellation.reason, at: cancellation.at }
    }
}

impl From<TimelineEntry> for TimelineBody {
    fn from(entry: TimelineEntry) -> Self {
        let TimelineEntry { position, at, kind, by, reason } = entry;
        Self { position, at, kind, by: by.name(), reason }
    }
}

/// A booking that the actor may see: its own as guest or host, an admin's any.
pub(super) async fn booking(
    api: &ApiState,
    actor: &Actor,
    booking_id: Uuid,
) -> Result<Resource<BookingBody>, ApiError> {
    let row = projections::booking::find(&api.views, booking_id).await?.ok_or(Failure::NotFound)?;
    let is_party = actor.user_id().is_some_and(|user_id| user_id == row.guest_id || user_id == row.host_id);
    if !is_party && !actor.is_admin() {
        return Err(Failure::NotFound.into());
    }
    Ok(Resource { version: row.version, data: row.into() })
}

/// A booking
#[utoipa::path(
    get, path = "/bookings/{id}", tag = "bookings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The booking.")),
    responses(
        (status = 200, description = "The booking.", body = Success<BookingBody>),
        (status = 304, description = "The client has it already, by its `If-None-Match`."),
    )
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    At(booking_id): At<Uuid>,
    read: Read<SignedIn>,
) -> Result<Answer, ApiError> {
    booking(&api, &read.actor, booking_id).await?.answer(read.if_none_match.as_ref(), "This is the booking.")
}
