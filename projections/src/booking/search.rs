//! Bookings of a guest, of a host, of a place.

use domain::booking::BookingStatus;
use jiff::civil::Date;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::BookingRow;
use super::stay::SELECT;
use crate::page::Order;
use crate::{Key, Listed, ReadError, Slice, Views, columns};

/// Which bookings are wanted: every condition that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingFilter {
    /// Whose.
    pub of: BookingsOf,
    /// Where they stand.
    pub status: Option<BookingStatus>,
    /// Of which place.
    pub place_id: Option<Uuid>,
    /// With a night on this date or later.
    pub from: Option<Date>,
    /// With a night before this date.
    pub to: Option<Date>,
}

/// Whose bookings are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookingsOf {
    /// Those that somebody asked for.
    Guest(Uuid),
    /// Those of somebody's places.
    Host(Uuid),
    /// Both.
    Either(Uuid),
    /// Everybody's.
    Anyone,
}

/// Bookings that match, newest first.
///
/// # Errors
/// [`ReadError`].
pub async fn list(views: &Views, filter: &BookingFilter, slice: Slice) -> Result<Listed<BookingRow>, ReadError> {
    slice.check()?;
    let mut query = matching(SELECT, filter);
    Order::newest("booking_id").push(&mut query, slice);
    let rows: Vec<BookingRow> = query.build_query_as().fetch_all(&views.pool).await?;
    let total = match slice.counts() {
        true => Some(count(views, filter).await?),
        false => None,
    };
    let keyed = |row: BookingRow| (Key { rank: row.created_at.as_microsecond(), id: row.booking_id }, row);
    Ok(Listed::of(rows.into_iter().map(keyed).collect(), slice, total))
}

async fn count(views: &Views, filter: &BookingFilter) -> Result<u64, ReadError> {
    let row = matching("select count(*) as total from bookings_v1 b", filter).build().fetch_one(&views.pool).await?;
    Ok(columns::unsigned(&row, "total")?)
}

fn matching<'q>(select: &str, filter: &BookingFilter) -> QueryBuilder<'q, Postgres> {
    let mut query = QueryBuilder::new(select);
    query.push(" where true");
    match filter.of {
        BookingsOf::Guest(id) => {
            query.push(" and guest_id = ").push_bind(id);
        }
        BookingsOf::Host(id) => {
            query.push(" and host_id = ").push_bind(id);
        }
        BookingsOf::Either(id) => {
            query.push(" and (guest_id = ").push_bind(id).push(" or host_id = ").push_bind(id).push(")");
        }
        BookingsOf::Anyone => {}
    }
    if let Some(status) = filter.status {
        query.push(" and status = ").push_bind(status.name());
    }
    if let Some(place_id) = filter.place_id {
        query.push(" and place_id = ").push_bind(place_id);
    }
    if let Some(from) = filter.from {
        query.push(" and check_out > ").push_bind(columns::day(from));
    }
    if let Some(to) = filter.to {
        query.push(" and check_in < ").push_bind(columns::day(to));
    }
    query
}
