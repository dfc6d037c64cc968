//! What somebody looked at and booked. Views are kept beside the log by whoever serves them; here they are only read.

use sqlx::FromRow;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::candidate::{COLUMNS, Candidate, LOOKED_UP};
use super::taste::Known;
use crate::{ReadError, Views, columns};

/// The latest views and bookings that are looked at: 500 and 50, of at most 50 places each. A place counts as often as it
/// was looked at, three times at the most, and five times as much again where it was booked.
const LATEST: &str = "
    with viewed as (
        select place_id, least(count(*), 3) as weight, max(hour) as hour from (
            select place_id, hour from place_views where user_id = $1 order by hour desc, place_id limit 500) v
        group by place_id order by 3 desc, 1 limit 50
    ), booked as (
        select place_id, 5 as weight, max(floor(extract(epoch from created_at) / 3600)) as hour from (
            select place_id, created_at from bookings_v1
            where guest_id = $1 and status in ('pending', 'confirmed', 'completed')
            order by created_at desc, booking_id limit 50) b
        group by place_id
    ), known as (
        select place_id, sum(weight)::bigint as weight, max(hour) as hour
        from (select * from viewed union all select * from booked) k group by place_id
    )";

/// The places that somebody knows, the latest first.
pub(super) async fn known(views: &Views, user_id: Uuid) -> Result<Vec<Known>, ReadError> {
    let sql = format!("{LATEST} select {COLUMNS}, c.weight from known c {LOOKED_UP} order by c.hour desc, c.place_id");
    Ok(sqlx::query_as(&sql).bind(user_id).fetch_all(&views.pool).await?)
}

impl FromRow<'_, PgRow> for Known {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self { place: Candidate::from_row(row)?, weight: columns::unsigned(row, "weight")? })
    }
}
