//! Who holds a claim, asked outside of an append: for look-ups whose answer decides nothing.

use domain::Claim;
use jiff::civil::Date;
use sqlx::PgConnection;
use uuid::Uuid;

use super::claims::{ClaimKey, NIGHT, REVIEW, night_key};
use crate::personal_data::MasterKey;

/// The holder of a claim at this moment, from the table that the appender decides by.
///
/// # Errors
/// If the database fails.
pub async fn claim_holder(
    connection: &mut PgConnection,
    claim: &Claim,
    master: &MasterKey,
) -> Result<Option<Uuid>, sqlx::Error> {
    let ClaimKey { kind, key } = ClaimKey::new(claim, master);
    sqlx::query_scalar("select holder from claims where kind = $1 and key = $2")
        .bind(kind)
        .bind(key)
        .fetch_optional(connection)
        .await
}

/// Which of `claims` somebody holds at this moment, in their order.
///
/// # Errors
/// If the database fails.
pub async fn claims_held<'c>(
    connection: &mut PgConnection,
    claims: &'c [Claim],
    master: &MasterKey,
) -> Result<Vec<&'c Claim>, sqlx::Error> {
    let keys: Vec<ClaimKey> = claims.iter().map(|claim| ClaimKey::new(claim, master)).collect();
    let held: Vec<bool> = sqlx::query_scalar(
        "select exists(select from claims c where c.kind = asked.kind and c.key = asked.key)
         from unnest($1::smallint[], $2::bytea[]) with ordinality as asked (kind, key, n) order by asked.n",
    )
    .bind(keys.iter().map(|key| key.kind).collect::<Vec<_>>())
    .bind(keys.iter().map(|key| key.key.as_slice()).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    Ok(claims.iter().zip(held).filter(|(_, held)| *held).map(|(claim, _)| claim).collect())
}

/// Who has reviewed a booking at this moment: each author with the review.
///
/// # Errors
/// If the database fails.
pub async fn reviews_of(connection: &mut PgConnection, booking_id: Uuid) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    // A review's key is the booking's id and the author's: a range of the primary key.
    let first = booking_id.as_bytes().to_vec();
    let last = [&booking_id.as_bytes()[..], &[u8::MAX; 16]].concat();
    let rows: Vec<(Vec<u8>, Uuid)> =
        sqlx::query_as("select key, holder from claims where kind = $1 and key between $2 and $3 order by key")
            .bind(REVIEW)
            .bind(first)
            .bind(last)
            .fetch_all(connection)
            .await?;
    let author = |key: &[u8]| key.get(16..).and_then(|author| Uuid::from_slice(author).ok());
    rows.into_iter()
        .map(|(key, review)| {
            let author =
                author(&key).ok_or_else(|| sqlx::Error::Decode("a review's claim without an author".into()))?;
            Ok((author, review))
        })
        .collect()
}

/// Who holds any night of a place from `from` on, each once: bookings and blocks. A calendar is two years long, so that
/// the range is that small, however much the place has seen.
///
/// # Errors
/// If the database fails.
pub async fn night_holders(
    connection: &mut PgConnection,
    place_id: Uuid,
    from: Date,
) -> Result<Vec<Uuid>, sqlx::Error> {
    // A night's key is the place's id and the date: a range of the primary key. Years are far below the largest number.
    let first = night_key(place_id, from);
    let beyond = [&place_id.as_bytes()[..], &[u8::MAX]].concat();
    sqlx::query_scalar("select distinct holder from claims where kind = $1 and key >= $2 and key < $3")
        .bind(NIGHT)
        .bind(first)
        .bind(beyond)
        .fetch_all(connection)
        .await
}
