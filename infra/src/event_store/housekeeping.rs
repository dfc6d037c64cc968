//! What may be forgotten.

use commands::ports::log::IDEMPOTENCY_WINDOW;
use sqlx::PgConnection;

/// Removes at most `limit` idempotency keys that are older than their window, and says how many. Such keys no longer hold even while
/// they are in the table; this only frees their space.
///
/// # Errors
/// If the database fails.
pub async fn sweep_idempotency_keys(connection: &mut PgConnection, limit: u32) -> Result<u64, sqlx::Error> {
    let swept = sqlx::query(
        // One that is just being used anew is locked, and stays.
        "with expired as materialized ( \
             select subject, scope, key from idempotency_keys \
             where recorded_at < now() - make_interval(secs => $1) limit $2 for update skip locked) \
         delete from idempotency_keys k using expired e \
         where k.subject = e.subject and k.scope = e.scope and k.key = e.key",
    )
    .bind(IDEMPOTENCY_WINDOW.as_secs_f64())
    .bind(i64::from(limit))
    .execute(connection)
    .await?;
    Ok(swept.rows_affected())
}
