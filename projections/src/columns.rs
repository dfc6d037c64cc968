//! Columns to and from the domain's values.

use std::str::FromStr;

use domain::booking::Party;
use domain::{Invalid, Money};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff_sqlx::ToSqlx;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::postgres::PgRow;

/// Reads a column by a value's own name for itself, such as a status or a zone.
pub(crate) fn parsed<T: FromStr<Err = Invalid>>(row: &PgRow, column: &str) -> sqlx::Result<T> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|invalid: Invalid| corrupt(column, invalid))
}

pub(crate) fn parsed_or_null<T: FromStr<Err = Invalid>>(row: &PgRow, column: &str) -> sqlx::Result<Option<T>> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|invalid: Invalid| corrupt(column, invalid))).transpose()
}

pub(crate) fn timestamp(row: &PgRow, column: &str) -> sqlx::Result<Timestamp> {
    row.try_get::<jiff_sqlx::Timestamp, _>(column).map(jiff_sqlx::Timestamp::to_jiff)
}

pub(crate) fn timestamp_or_null(row: &PgRow, column: &str) -> sqlx::Result<Option<Timestamp>> {
    Ok(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column)?.map(jiff_sqlx::Timestamp::to_jiff))
}

pub(crate) fn date(row: &PgRow, column: &str) -> sqlx::Result<Date> {
    row.try_get::<jiff_sqlx::Date, _>(column).map(jiff_sqlx::Date::to_jiff)
}

pub(crate) fn time(row: &PgRow, column: &str) -> sqlx::Result<Time> {
    row.try_get::<jiff_sqlx::Time, _>(column).map(jiff_sqlx::Time::to_jiff)
}

/// Reads a count, a version or a position.
pub(crate) fn unsigned(row: &PgRow, column: &str) -> sqlx::Result<u64> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(|error| corrupt(column, error))
}

/// Reads a small count.
pub(crate) fn small(row: &PgRow, column: &str) -> sqlx::Result<u32> {
    u32::try_from(row.try_get::<i32, _>(column)?).map_err(|error| corrupt(column, error))
}

pub(crate) fn money(row: &PgRow, minor: &str, currency: &str) -> sqlx::Result<Money> {
    Ok(Money { minor: row.try_get(minor)?, currency: parsed(row, currency)? })
}

pub(crate) fn json<T: DeserializeOwned + Send + Unpin + 'static>(row: &PgRow, column: &str) -> sqlx::Result<T> {
    row.try_get::<sqlx::types::Json<T>, _>(column).map(|json| json.0)
}

/// A version or a position for a `bigint` column; the log never gets near the end of either range.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A small count for an `integer` column.
pub(crate) fn integer(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The error of a column whose value its view never writes.
pub(crate) fn corrupt(column: &str, error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(error) }
}

/// An instant from a [`crate::Key`]'s rank. A client may have made the rank up: no view holds anything from before 1970,
/// and PostgreSQL no dates as early as 64 bits reach.
pub(crate) fn micros(rank: i64) -> jiff_sqlx::Timestamp {
    Timestamp::from_microsecond(rank.max(0)).unwrap_or(Timestamp::MAX).to_sqlx()
}

/// A text without what PostgreSQL cannot store: the log holds it escaped, as JSON does.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "")
}

/// A text that stands for itself in a `like` pattern.
pub(crate) fn escape_like(text: &str) -> String {
    text.replace('\0', "").replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A date for a query. No view holds one outside the years that PostgreSQL knows, so a bound there is as good.
pub(crate) fn day(date: Date) -> jiff_sqlx::Date {
    date.max(Date::constant(-4000, 1, 1)).to_sqlx()
}

/// Reads who acted on a booking.
pub(crate) fn party(row: &PgRow, column: &str) -> sqlx::Result<Party> {
    let name: &str = row.try_get(column)?;
    [Party::Guest, Party::Host, Party::System]
        .into_iter()
        .find(|party| party.name() == name)
        .ok_or_else(|| corrupt(column, Invalid::new("unknown_party", "Must be guest, host or system.")))
}
