//! One row for each night that is not free, and one for each block: `place_nights_v1` and `place_blocks_v1`.

use async_trait::async_trait;
use domain::booking::BookingEvent;
use domain::place::PlaceEvent;
use domain::{Event, Invalid, Nights, RecordedEvent};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row};
use uuid::Uuid;

use crate::engine::{ApplyError, Projection};
use crate::{ReadError, Views, columns};

/// A night that is not free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NightRow {
    /// The date on which it begins, in the place's own zone.
    pub night: Date,
    /// Why.
    pub kind: NightKind,
    /// The booking, or the block.
    pub holder: Uuid,
}

/// A night that is not free, of one of a host's places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarNight {
    /// The place.
    pub place_id: Uuid,
    /// The night.
    pub night: NightRow,
}

/// Why a night is not free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NightKind {
    /// A booking is agreed, or the stay is over.
    Booked,
    /// A request waits for the host.
    Pending,
    /// The host keeps it.
    Blocked,
}

impl NightKind {
    /// The name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Pending => "pending",
            Self::Blocked => "blocked",
        }
    }
}

impl std::str::FromStr for NightKind {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        match name {
            "booked" => Ok(Self::Booked),
            "pending" => Ok(Self::Pending),
            "blocked" => Ok(Self::Blocked),
            _ => Err(Invalid::new("unknown_kind", "Must be booked, pending or blocked.")),
        }
    }
}

/// Nights that a host keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockRow {
    /// The block's id.
    pub block_id: Uuid,
    /// The place.
    pub place_id: Uuid,
    /// The first night.
    pub from: Date,
    /// The first night that is free again.
    pub to: Date,
    /// For the host alone; `None` after erasure too.
    pub reason: Option<String>,
    /// The place's version when the block was made.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

impl FromRow<'_, PgRow> for NightRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            night: columns::date(row, "night")?,
            kind: columns::parsed(row, "kind")?,
            holder: row.try_get("holder")?,
        })
    }
}

impl FromRow<'_, PgRow> for CalendarNight {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self { place_id: row.try_get("place_id")?, night: NightRow::from_row(row)? })
    }
}

impl FromRow<'_, PgRow> for BlockRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            block_id: row.try_get("block_id")?,
            place_id: row.try_get("place_id")?,
            from: columns::date(row, "from_date")?,
            to: columns::date(row, "to_date")?,
            reason: row.try_get("reason")?,
            version: columns::unsigned(row, "version")?,
            created_at: columns::timestamp(row, "created_at")?,
        })
    }
}

/// The nights of a place that are not free, from one date to before another, in order. Free nights have no row.
///
/// # Errors
/// [`ReadError`].
pub async fn nights(views: &Views, place_id: Uuid, from: Date, to: Date) -> Result<Vec<NightRow>, ReadError> {
    let sql = "
        select night, kind, holder from place_nights_v1
        where place_id = $1 and night >= $2 and night < $3
        order by night";
    let query = sqlx::query_as(sql).bind(place_id).bind(columns::day(from)).bind(columns::day(to));
    Ok(query.fetch_all(&views.pool).await?)
}

/// The nights of all places of a host that are not free, from one date to before another, by place and date; the first
/// `limit` of them.
///
/// # Errors
/// [`ReadError`].
pub async fn calendar(
    views: &Views,
    owner_id: Uuid,
    from: Date,
    to: Date,
    limit: u32,
) -> Result<Vec<CalendarNight>, ReadError> {
    let sql = "
        select n.place_id, n.night, n.kind, n.holder
        from places_v1 p join place_nights_v1 n using (place_id)
        where p.owner_id = $1 and n.night >= $2 and n.night < $3
        order by n.place_id, n.night
        limit $4";
    let query = sqlx::query_as(sql).bind(owner_id).bind(columns::day(from)).bind(columns::day(to));
    let query = query.bind(i64::from(limit));
    Ok(query.fetch_all(&views.pool).await?)
}

/// The blocks of a place that end after a day, by their first night: a place has at most some 750 that are not over.
///
/// # Errors
/// [`ReadError`].
pub async fn blocks(views: &Views, place_id: Uuid, after: Date) -> Result<Vec<BlockRow>, ReadError> {
    let sql = "select * from place_blocks_v1 where place_id = $1 and to_date > $2 order by from_date, block_id";
    Ok(sqlx::query_as(sql).bind(place_id).bind(columns::day(after)).fetch_all(&views.pool).await?)
}

/// One block of a place.
///
/// # Errors
/// [`ReadError`].
pub async fn block(views: &Views, place_id: Uuid, block_id: Uuid) -> Result<Option<BlockRow>, ReadError> {
    let sql = "select * from place_blocks_v1 where block_id = $1 and place_id = $2";
    Ok(sqlx::query_as(sql).bind(block_id).bind(place_id).fetch_optional(&views.pool).await?)
}

/// Fills `place_nights_v1` and `place_blocks_v1`, and in `place_calendars_v1` when a place's nights last changed.
///
/// The log's guards let a night have one holder; an event that would give it a second one stops this view.
pub struct Availability;

#[async_trait]
impl Projection for Availability {
    fn name(&self) -> &'static str {
        "availability"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["place_nights_v1", "place_blocks_v1", "place_calendars_v1"]
    }

    async fn apply(&self, conn: &mut PgConnection, recorded: &RecordedEvent) -> Result<(), ApplyError> {
        match &recorded.event {
            Event::Place(event) => Ok(apply_place(conn, recorded, event).await?),
            Event::Booking(event) => Ok(apply_booking(conn, recorded, event).await?),
            Event::User(_) | Event::Review(_) | Event::Amenity(_) => Ok(()),
        }
    }
}

async fn apply_place(conn: &mut PgConnection, recorded: &RecordedEvent, event: &PlaceEvent) -> sqlx::Result<()> {
    match event {
        PlaceEvent::NightsBlocked { block_id, nights, reason, at } => {
            sqlx::query(
                "insert into place_blocks_v1 (block_id, place_id, from_date, to_date, reason, version, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(block_id)
            .bind(recorded.aggregate_id)
            .bind(nights.check_in().to_sqlx())
            .bind(nights.check_out().to_sqlx())
            .bind(reason.as_ref().map(|note| note.as_str()))
            .bind(columns::signed(recorded.sequence))
            .bind(at.to_sqlx())
            .execute(&mut *conn)
            .await?;
            take(conn, recorded, recorded.aggregate_id, *nights, NightKind::Blocked, *block_id).await
        }
        PlaceEvent::BlockRemoved { block_id, nights: _, at: _ } => {
            sqlx::query("delete from place_blocks_v1 where block_id = $1").bind(block_id).execute(&mut *conn).await?;
            free(conn, recorded, *block_id).await
        }
        PlaceEvent::Created { .. }
        | PlaceEvent::Changed { .. }
        | PlaceEvent::Published { .. }
        | PlaceEvent::Unpublished { .. }
        | PlaceEvent::Archived { .. }
        | PlaceEvent::Withheld { .. }
        | PlaceEvent::Released { .. } => Ok(()),
    }
}

async fn apply_booking(conn: &mut PgConnection, recorded: &RecordedEvent, event: &BookingEvent) -> sqlx::Result<()> {
    let booking_id = recorded.aggregate_id;
    match event {
        BookingEvent::Requested { offer, .. } => {
            take(conn, recorded, offer.place_id, offer.nights, NightKind::Pending, booking_id).await
        }
        BookingEvent::Confirmed { .. } => {
            sqlx::query("update place_nights_v1 set kind = 'booked' where holder = $1")
                .bind(booking_id)
                .execute(conn)
                .await?;
            Ok(())
        }
        BookingEvent::Declined { .. } | BookingEvent::Cancelled { .. } | BookingEvent::Expired { .. } => {
            free(conn, recorded, booking_id).await
        }
        BookingEvent::Completed { .. } => Ok(()),
    }
}

async fn take(
    conn: &mut PgConnection,
    recorded: &RecordedEvent,
    place_id: Uuid,
    nights: Nights,
    kind: NightKind,
    holder: Uuid,
) -> sqlx::Result<()> {
    let sql = "
        with calendar as (
            insert into place_calendars_v1 (place_id, position) values ($1, $5)
            on conflict (place_id) do update set position = excluded.position)
        insert into place_nights_v1 (place_id, night, kind, holder) select $1, unnest($2::date[]), $3, $4";
    let nights: Vec<_> = nights.iter().map(ToSqlx::to_sqlx).collect();
    let query = sqlx::query(sql).bind(place_id).bind(nights).bind(kind.name()).bind(holder);
    query.bind(columns::signed(recorded.position)).execute(conn).await?;
    Ok(())
}

async fn free(conn: &mut PgConnection, recorded: &RecordedEvent, holder: Uuid) -> sqlx::Result<()> {
    let sql = "
        with freed as (delete from place_nights_v1 where holder = $1 returning place_id)
        update place_calendars_v1 set position = $2 where place_id in (select place_id from freed)";
    sqlx::query(sql).bind(holder).bind(columns::signed(recorded.position)).execute(conn).await?;
    Ok(())
}
