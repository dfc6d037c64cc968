//! Stays that somebody may still review: completed bookings without a review of that author.

use domain::booking::BookingStatus;
use domain::review::{Subject, WINDOW, window_end};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Postgres, QueryBuilder, Row};
use uuid::Uuid;

use crate::page::{Order, Rank};
use crate::{Key, Listed, ReadError, Slice, Views, columns};

/// A stay that waits for a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRow {
    /// The booking.
    pub booking_id: Uuid,
    /// Where.
    pub place_id: Uuid,
    /// Who stayed.
    pub guest_id: Uuid,
    /// Whose place it is.
    pub host_id: Uuid,
    /// About whom or what the review would be.
    pub subject: Subject,
    /// When the stay was completed.
    pub completed_at: Timestamp,
    /// The first instant at which it is too late.
    pub deadline: Timestamp,
}

impl FromRow<'_, PgRow> for DueRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let completed_at = columns::timestamp(row, "completed_at")?;
        Ok(Self {
            booking_id: row.try_get("booking_id")?,
            place_id: row.try_get("place_id")?,
            guest_id: row.try_get("guest_id")?,
            host_id: row.try_get("host_id")?,
            subject: columns::parsed(row, "subject")?,
            completed_at,
            deadline: window_end(completed_at),
        })
    }
}

/// Stays that `user_id` may review at `now` and has not, the most urgent first.
///
/// # Errors
/// [`ReadError`].
pub async fn due(views: &Views, user_id: Uuid, now: Timestamp, slice: Slice) -> Result<Listed<DueRow>, ReadError> {
    slice.check()?;
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("case when b.guest_id = ").push_bind(user_id);
    query.push(format!(" then '{}' else '{}' end as subject", Subject::Place.name(), Subject::Guest.name()));
    waiting(&mut query, user_id, now);
    Order { rank: Rank::Instant("t.at"), id: "b.booking_id", descending: false }.push(&mut query, slice);
    let rows: Vec<DueRow> = query.build_query_as().fetch_all(&views.pool).await?;
    let total = match slice.counts() {
        true => Some(count(views, user_id, now).await?),
        false => None,
    };
    let keyed = |row: DueRow| (Key { rank: row.completed_at.as_microsecond(), id: row.booking_id }, row);
    Ok(Listed::of(rows.into_iter().map(keyed).collect(), slice, total))
}

/// What a row is made of; what the review would be about comes after it.
const COLUMNS: &str = "select b.booking_id, b.place_id, b.guest_id, b.host_id, t.at as completed_at, ";

async fn count(views: &Views, user_id: Uuid, now: Timestamp) -> Result<u64, ReadError> {
    let mut query = QueryBuilder::new("select count(*) as total");
    waiting(&mut query, user_id, now);
    Ok(columns::unsigned(&query.build().fetch_one(&views.pool).await?, "total")?)
}

/// Which rows there are.
fn waiting(query: &mut QueryBuilder<'_, Postgres>, user_id: Uuid, now: Timestamp) {
    // The last completion whose time is over by now.
    let over = now.saturating_sub(WINDOW).unwrap_or(Timestamp::UNIX_EPOCH);
    query.push(" from bookings_v1 b join booking_timeline_v1 t on t.booking_id = b.booking_id");
    query.push(format!(" and t.type = '{}' where b.status = '{0}'", BookingStatus::Completed.name()));
    query.push(" and (b.guest_id = ").push_bind(user_id).push(" or b.host_id = ").push_bind(user_id);
    // A booking changed last when it was completed, or later: the indexes are by that.
    query.push(") and b.updated_at > ").push_bind(over.to_sqlx());
    query.push(" and t.at > ").push_bind(over.to_sqlx());
    query.push(" and not exists (select from reviews_v1 r where r.booking_id = b.booking_id and r.author_id = ");
    query.push_bind(user_id).push(")");
}
