//! Reading the whole log in order.

use std::collections::HashMap;

use cqrs_es::persist::SerializedEvent;
use domain::RecordedEvent;
use futures::TryStreamExt as _;
use jiff::Timestamp;
use serde::Deserialize as _;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::facts::unsigned;
use super::insert::signed;
use super::lift::{LiftError, LiftFault, lift_any};
use crate::personal_data::{KeyError, KeyRing, PersonKeys, sealed_by};

/// One position of the log.
#[derive(Debug)]
pub struct LogEntry {
    /// Its number; entries follow each other without a gap.
    pub position: u64,
    /// The event as of today: several where an old one was lifted to several, none where it lost its meaning. An error
    /// stops the reader at this position.
    pub lifted: Result<Vec<RecordedEvent>, LiftError>,
}

/// Why the log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database failed.
    #[error("the log cannot be read")]
    Database(#[from] sqlx::Error),
    /// The keys of persons cannot be read.
    #[error("the log's personal data cannot be read")]
    Keys(#[from] KeyError),
    /// A position is missing: the log was damaged, and going on would hide it.
    #[error("position {0} is missing from the log")]
    Gap(u64),
}

/// A read ends with the event that fills so many bytes: batches are bounded by what they weigh, not by their number alone.
const READ_BYTES: usize = 4 * 1024 * 1024;
/// How many events one statement asks for: what the server sends beyond the last one wanted is for nothing.
const STATEMENT_EVENTS: u32 = 64;

/// The columns of one event; JSON as text, so that one that does not parse is the fault of its own position alone.
pub(super) type Row = (i64, jiff_sqlx::Timestamp, String, String, i64, String, String, String, String);

/// One event as stored, parsed.
struct Stored {
    position: u64,
    recorded_at: Timestamp,
    event: SerializedEvent,
    is_json: bool,
}

/// The last position; 0 for an empty log.
///
/// # Errors
/// If the database fails.
pub async fn last_position(connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let last: Option<i64> = sqlx::query_scalar("select max(position) from events").fetch_one(connection).await?;
    unsigned(last.unwrap_or(0))
}

/// Up to `limit` entries after position `after`, fewer where they weigh much, lifted; none at the log's end. Everything,
/// keys of persons included, is read over the one connection, so that a projector's transaction can be the caller.
///
/// # Errors
/// If the database fails or the log has a gap. What is wrong with one event is told in its entry.
pub async fn read_after(
    connection: &mut PgConnection,
    keys: &PersonKeys,
    after: u64,
    limit: u32,
) -> Result<Vec<LogEntry>, ReadError> {
    let rows = read_rows(connection, after, limit).await?;
    let stored: Vec<Stored> = rows.into_iter().map(parse).collect::<Result<_, _>>()?;
    if let Some((expected, _)) = (after + 1..).zip(&stored).find(|(expected, found)| *expected != found.position) {
        return Err(ReadError::Gap(expected));
    }
    let mut persons: Vec<Uuid> = stored.iter().filter_map(|stored| sealed_by(&stored.event.payload)).collect();
    persons.sort_unstable();
    persons.dedup();
    let ring = keys.ring(connection, &persons).await?;
    Ok(stored.into_iter().map(|stored| entry(stored, &ring)).collect())
}

/// Up to `limit` events after position `after` as they are stored, fewer where they weigh much; none at the log's end.
pub(super) async fn read_rows(connection: &mut PgConnection, after: u64, limit: u32) -> Result<Vec<Row>, sqlx::Error> {
    let (mut all, mut bytes, mut left): (Vec<Row>, _, _) = (Vec::new(), 0, limit);
    while left > 0 {
        let asked = left.min(STATEMENT_EVENTS);
        let last = all.last().map_or(Ok(after), |row| unsigned(row.0))?;
        let mut rows = sqlx::query_as::<_, Row>(
            "select position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version, \
                    payload::text, metadata::text \
             from events where position > $1 order by position limit $2",
        )
        .bind(signed(last))
        .bind(i64::from(asked))
        .fetch(&mut *connection);
        let mut got = 0;
        while let Some(row) = rows.try_next().await? {
            got += 1;
            bytes += row.7.len() + row.8.len();
            all.push(row);
            if bytes >= READ_BYTES {
                return Ok(all);
            }
        }
        if got < asked {
            break;
        }
        left -= got;
    }
    Ok(all)
}

fn parse(row: Row) -> Result<Stored, sqlx::Error> {
    let (position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata) =
        row;
    let sequence = usize::try_from(sequence).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let (payload, metadata) = (serde_json::from_str(&payload), serde_json::from_str(&metadata));
    let is_json = payload.is_ok() && metadata.is_ok();
    let (payload, metadata) = (payload.unwrap_or(Value::Null), metadata.unwrap_or(Value::Null));
    Ok(Stored {
        position: unsigned(position)?,
        recorded_at: recorded_at.to_jiff(),
        event: SerializedEvent { aggregate_id, sequence, aggregate_type, event_type, event_version, payload, metadata },
        is_json,
    })
}

fn entry(stored: Stored, keys: &KeyRing) -> LogEntry {
    let position = stored.position;
    let lifted = match checked(&stored) {
        Ok((aggregate_id, metadata)) => recorded(stored, aggregate_id, &metadata, keys),
        Err(fault) => Err(LiftError::new(&stored.event, fault)),
    };
    LogEntry { position, lifted }
}

/// What an event of this log looks like before anybody knows its kind.
fn checked(stored: &Stored) -> Result<(Uuid, HashMap<String, String>), LiftFault> {
    if !stored.is_json {
        return Err(LiftFault::Malformed("JSON"));
    }
    let aggregate_id = stored.event.aggregate_id.parse().map_err(|_| LiftFault::Malformed("aggregate id"))?;
    let metadata = HashMap::deserialize(&stored.event.metadata).map_err(|_| LiftFault::Malformed("metadata"))?;
    Ok((aggregate_id, metadata))
}

fn recorded(
    stored: Stored,
    aggregate_id: Uuid,
    metadata: &HashMap<String, String>,
    keys: &KeyRing,
) -> Result<Vec<RecordedEvent>, LiftError> {
    let Stored { position, recorded_at, event, .. } = stored;
    let sequence = event.sequence as u64;
    let events = lift_any(event, keys)?;
    let record =
        |event| RecordedEvent { position, recorded_at, aggregate_id, sequence, metadata: metadata.clone(), event };
    Ok(events.into_iter().map(record).collect())
}
