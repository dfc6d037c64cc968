//! Who holds a claim, asked outside of an append: for look-ups whose answer decides nothing.

use domain::Claim;
use sqlx::PgConnection;
use uuid::Uuid;

use super::claims::ClaimKey;
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
