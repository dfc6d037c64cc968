//! One stream, a bounded piece at a time. A stream has no greatest length, so that whoever folds it must not hold it
//! whole.

use cqrs_es::persist::SerializedEvent;
use futures::TryStreamExt as _;
use serde_json::Value;
use sqlx::PgConnection;

/// How many events a piece holds at the most: all of nearly every stream.
pub(super) const PIECE_EVENTS: usize = 64;
/// A piece ends with the event that fills so many bytes of payloads.
const PIECE_BYTES: usize = 1024 * 1024;

/// Consecutive events of a stream.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) events: Vec<SerializedEvent>,
    /// Whether the stream ends with it.
    pub(super) is_last: bool,
}

type Row = (i64, String, String, String);

/// The events of a stream after sequence `after`. Their metadata is left out: no decision rests on it.
///
/// # Errors
/// If the database fails, or holds what does not parse.
pub(super) async fn read_piece(
    connection: &mut PgConnection,
    aggregate_type: &str,
    aggregate_id: &str,
    after: usize,
) -> Result<Piece, sqlx::Error> {
    let mut rows = sqlx::query_as::<_, Row>(
        "select sequence, event_type, event_version, payload::text from events \
         where aggregate_type = $1 and aggregate_id = $2 and sequence > $3 order by sequence limit $4",
    )
    .bind(aggregate_type)
    .bind(aggregate_id)
    .bind(i64::try_from(after).unwrap_or(i64::MAX))
    .bind(i64::try_from(PIECE_EVENTS).unwrap_or(i64::MAX))
    .fetch(connection);
    let (mut events, mut bytes) = (Vec::new(), 0);
    while let Some((sequence, event_type, event_version, payload)) = rows.try_next().await? {
        bytes += payload.len();
        events.push(SerializedEvent {
            aggregate_id: aggregate_id.to_owned(),
            sequence: usize::try_from(sequence).map_err(decode)?,
            aggregate_type: aggregate_type.to_owned(),
            event_type,
            event_version,
            payload: serde_json::from_str(&payload).map_err(decode)?,
            metadata: Value::Null,
        });
        // What the server has sent beyond this is dropped unread, row by row.
        if bytes >= PIECE_BYTES {
            return Ok(Piece { events, is_last: false });
        }
    }
    let is_last = events.len() < PIECE_EVENTS;
    Ok(Piece { events, is_last })
}

fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}
