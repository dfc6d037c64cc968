//! One row for each booking and one for each thing that happened to it: `bookings_v1` and `booking_timeline_v1`.

use async_trait::async_trait;
use domain::booking::{BookingEvent, BookingStatus, Offer, Party, Price};
use domain::zone::Zone;
use domain::{Event, Money, RecordedEvent};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use serde::Deserialize;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, Row};
use uuid::Uuid;

use crate::engine::{ApplyError, Projection};
use crate::{ReadError, Views, columns};

/// A booking with its timeline. What people wrote is `None` after erasure.
#[derive(Debug, Clone, PartialEq)]
pub struct BookingRow {
    /// The booking's id.
    pub booking_id: Uuid,
    /// The place.
    pub place_id: Uuid,
    /// Who asked for it.
    pub guest_id: Uuid,
    /// Whose place it is.
    pub host_id: Uuid,
    /// Where it stands.
    pub status: BookingStatus,
    /// The first night.
    pub check_in: Date,
    /// The first night that is free again.
    pub check_out: Date,
    /// How many people.
    pub guests: u32,
    /// Item by item, frozen at the request.
    pub price: Price,
    /// The place's zone, frozen at the request.
    pub time_zone: Zone,
    /// The instant from which the guest may arrive.
    pub check_in_at: Timestamp,
    /// The instant by which the guest has left.
    pub check_out_at: Timestamp,
    /// Until when the host may answer the request, whatever became of it.
    pub expires_at: Timestamp,
    /// From the guest to the host.
    pub message: Option<String>,
    /// Who called it off, if somebody did.
    pub cancellation: Option<Cancellation>,
    /// What happened, in order.
    pub timeline: Vec<TimelineEntry>,
    /// The stream's version.
    pub version: u64,
    /// When it was requested.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl BookingRow {
    /// What the stay costs.
    pub fn total(&self) -> Money {
        self.price.total
    }

    /// How many nights.
    pub fn nights(&self) -> u32 {
        u32::try_from(self.check_in.duration_until(self.check_out).as_hours() / 24).unwrap_or(0)
    }
}

/// How a booking was called off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancellation {
    /// By whom.
    pub by: Party,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// One thing that happened to a booking.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TimelineEntry {
    /// Its position in the log.
    pub position: u64,
    /// When.
    pub at: Timestamp,
    /// `requested`, `confirmed`, `declined`, `cancelled`, `expired` or `completed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who did it.
    pub by: Party,
    /// Why.
    pub reason: Option<String>,
}

/// What a place knows of somebody who asks about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GuestStanding {
    /// They asked for it once, whatever became of that: they still see it when it is no longer listed.
    pub has_requested: bool,
    /// They have a confirmed stay there: they see its address and where exactly it is.
    pub is_confirmed: bool,
}

impl FromRow<'_, PgRow> for BookingRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            booking_id: row.try_get("booking_id")?,
            place_id: row.try_get("place_id")?,
            guest_id: row.try_get("guest_id")?,
            host_id: row.try_get("host_id")?,
            status: columns::parsed(row, "status")?,
            check_in: columns::date(row, "check_in")?,
            check_out: columns::date(row, "check_out")?,
            guests: columns::small(row, "guests")?,
            price: columns::json(row, "price")?,
            time_zone: columns::parsed(row, "time_zone")?,
            check_in_at: columns::timestamp(row, "check_in_at")?,
            check_out_at: columns::timestamp(row, "check_out_at")?,
            expires_at: columns::timestamp(row, "expires_at")?,
            message: row.try_get("message")?,
            cancellation: cancellation(row)?,
            timeline: columns::json(row, "timeline")?,
            version: columns::unsigned(row, "version")?,
            created_at: columns::timestamp(row, "created_at")?,
            updated_at: columns::timestamp(row, "updated_at")?,
        })
    }
}

fn cancellation(row: &PgRow) -> sqlx::Result<Option<Cancellation>> {
    let Some(at) = columns::timestamp_or_null(row, "cancelled_at")? else { return Ok(None) };
    let by = columns::party(row, "cancelled_by")?;
    Ok(Some(Cancellation { by, reason: row.try_get("cancelled_reason")?, at }))
}

/// The columns of a booking; its timeline is read by the same statement, so that the two always fit.
pub(super) const SELECT: &str = "
    select b.*, coalesce((
        select json_agg(json_build_object('position', t.position, 'at', t.at, 'type', t.type, 'by', t.by,
                                          'reason', t.reason) order by t.position)
        from booking_timeline_v1 t
        where t.booking_id = b.booking_id), '[]'::json) as timeline
    from bookings_v1 b";

/// A booking by its id.
///
/// # Errors
/// [`ReadError`].
pub async fn find(views: &Views, booking_id: Uuid) -> Result<Option<BookingRow>, ReadError> {
    let sql = format!("{SELECT} where b.booking_id = $1");
    Ok(sqlx::query_as(&sql).bind(booking_id).fetch_optional(&views.pool).await?)
}

/// What a place knows of somebody.
///
/// # Errors
/// [`ReadError`].
pub async fn guest_standing(views: &Views, place_id: Uuid, guest_id: Uuid) -> Result<GuestStanding, ReadError> {
    let sql = "
        select count(*) > 0 as has_requested, coalesce(bool_or(status = 'confirmed'), false) as is_confirmed
        from bookings_v1
        where place_id = $1 and guest_id = $2";
    let row = sqlx::query(sql).bind(place_id).bind(guest_id).fetch_one(&views.pool).await?;
    Ok(GuestStanding { has_requested: row.try_get("has_requested")?, is_confirmed: row.try_get("is_confirmed")? })
}

/// Whether a guest has asked for any of a host's places, whatever became of that.
///
/// # Errors
/// [`ReadError`].
pub async fn has_asked(views: &Views, guest_id: Uuid, host_id: Uuid) -> Result<bool, ReadError> {
    let sql = "select exists (select from bookings_v1 where guest_id = $1 and host_id = $2)";
    Ok(sqlx::query_scalar(sql).bind(guest_id).bind(host_id).fetch_one(&views.pool).await?)
}

/// Fills `bookings_v1` and `booking_timeline_v1`.
pub struct Bookings;

#[async_trait]
impl Projection for Bookings {
    fn name(&self) -> &'static str {
        "bookings"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["bookings_v1", "booking_timeline_v1"]
    }

    async fn apply(&self, conn: &mut PgConnection, recorded: &RecordedEvent) -> Result<(), ApplyError> {
        match &recorded.event {
            Event::Booking(event) => Ok(apply(conn, recorded, event).await?),
            Event::User(_) | Event::Place(_) | Event::Review(_) | Event::Amenity(_) => Ok(()),
        }
    }
}

/// What one event adds to the timeline.
struct Step<'a> {
    status: BookingStatus,
    kind: &'static str,
    at: Timestamp,
    by: Party,
    reason: Option<&'a str>,
}

impl<'a> Step<'a> {
    fn of(event: &'a BookingEvent) -> Self {
        let (status, at, by, reason) = match event {
            BookingEvent::Requested { at, .. } => (BookingStatus::Pending, at, Party::Guest, None),
            BookingEvent::Confirmed { by, at, .. } => (BookingStatus::Confirmed, at, *by, None),
            BookingEvent::Declined { by, reason, at } => (BookingStatus::Declined, at, *by, reason.as_ref()),
            BookingEvent::Cancelled { by, reason, at } => (BookingStatus::Cancelled, at, *by, reason.as_ref()),
            BookingEvent::Expired { at } => (BookingStatus::Expired, at, Party::System, None),
            BookingEvent::Completed { by, at } => (BookingStatus::Completed, at, *by, None),
        };
        let kind = if status == BookingStatus::Pending { "requested" } else { status.name() };
        Self { status, kind, at: *at, by, reason: reason.map(|note| note.as_str()) }
    }
}

/// One statement for each event: a batch takes as long as its statements are many.
async fn apply(conn: &mut PgConnection, recorded: &RecordedEvent, event: &BookingEvent) -> sqlx::Result<()> {
    let step = Step::of(event);
    match event {
        BookingEvent::Requested { booking_id, guest_id, offer, place_version: _, message, at: _ } => {
            let message = message.as_ref().map(|note| note.as_str());
            insert(conn, recorded, (*booking_id, *guest_id), offer, message, &step).await
        }
        BookingEvent::Confirmed { .. }
        | BookingEvent::Declined { .. }
        | BookingEvent::Cancelled { .. }
        | BookingEvent::Expired { .. }
        | BookingEvent::Completed { .. } => change(conn, recorded, &step).await,
    }
}

async fn insert(
    conn: &mut PgConnection,
    recorded: &RecordedEvent,
    (booking_id, guest_id): (Uuid, Uuid),
    offer: &Offer,
    message: Option<&str>,
    step: &Step<'_>,
) -> sqlx::Result<()> {
    sqlx::query(
        "with booking as (
             insert into bookings_v1 (
                 booking_id, place_id, guest_id, host_id, status, check_in, check_out, guests, price, total_minor,
                 currency, time_zone, check_in_at, check_out_at, expires_at, message, version, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18))
         insert into booking_timeline_v1 (booking_id, position, type, at, by) values ($1, $19, $20, $18, $21)",
    )
    .bind(booking_id)
    .bind(offer.place_id)
    .bind(guest_id)
    .bind(offer.host_id)
    .bind(step.status.name())
    .bind(offer.nights.check_in().to_sqlx())
    .bind(offer.nights.check_out().to_sqlx())
    .bind(columns::integer(offer.guests))
    .bind(Json(&offer.price))
    .bind(offer.price.total.minor)
    .bind(offer.price.total.currency.code())
    .bind(offer.time_zone.name())
    .bind(offer.check_in_at.to_sqlx())
    .bind(offer.check_out_at.to_sqlx())
    .bind(offer.expires_at.to_sqlx())
    .bind(message)
    .bind(columns::signed(recorded.sequence))
    .bind(step.at.to_sqlx())
    .bind(columns::signed(recorded.position))
    .bind(step.kind)
    .bind(step.by.name())
    .execute(conn)
    .await?;
    Ok(())
}

async fn change(conn: &mut PgConnection, recorded: &RecordedEvent, step: &Step<'_>) -> sqlx::Result<()> {
    let cancels = step.status == BookingStatus::Cancelled;
    sqlx::query(
        "with booking as (
             update bookings_v1
             set status = $2, version = $3, updated_at = $4,
                 cancelled_by = case when $5 then $8 else cancelled_by end,
                 cancelled_reason = case when $5 then $9 else cancelled_reason end,
                 cancelled_at = case when $5 then $4 else cancelled_at end
             where booking_id = $1)
         insert into booking_timeline_v1 (booking_id, position, type, at, by, reason)
         values ($1, $6, $7, $4, $8, $9)",
    )
    .bind(recorded.aggregate_id)
    .bind(step.status.name())
    .bind(columns::signed(recorded.sequence))
    .bind(step.at.to_sqlx())
    .bind(cancels)
    .bind(columns::signed(recorded.position))
    .bind(step.kind)
    .bind(step.by.name())
    .bind(step.reason)
    .execute(conn)
    .await?;
    Ok(())
}
