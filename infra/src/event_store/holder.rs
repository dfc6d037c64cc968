//! Who holds a claim, asked outside of an append: for look-ups whose answer decides nothing.

use domain::Claim;
use sqlx::PgConnection;
use uuid::Uuid;

use super::claims::{ClaimKey, NIGHT};
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

/// Who holds any night of a place at this moment, each once: bookings and blocks.
///
/// # Errors
/// If the database fails.
pub async fn night_holders(connection: &mut PgConnection, place_id: Uuid) -> Result<Vec<Uuid>, sqlx::Error> {
    // A night's key begins with the place's id: a range of the primary key. Years are far below the largest number.
    let first = place_id.as_bytes().to_vec();
    let beyond = [&place_id.as_bytes()[..], &[u8::MAX]].concat();
    sqlx::query_scalar("select distinct holder from claims where kind = $1 and key >= $2 and key < $3")
        .bind(NIGHT)
        .bind(first)
        .bind(beyond)
        .fetch_all(connection)
        .await
}
