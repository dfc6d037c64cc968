//! The log as it stands in the database, read by plain SQL: no code of the program in between.

use serde_json::Value;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

/// One row of `events`.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) position: i64,
    pub(super) stream: Uuid,
    pub(super) event_type: String,
    pub(super) payload: Value,
    /// The command that appended it.
    pub(super) command_id: Uuid,
    /// The request that brought the command.
    pub(super) request_id: String,
}

/// The whole log, in order.
pub(super) async fn read(connection: &mut PgConnection) -> Vec<Entry> {
    let rows = sqlx::query(
        "select position, aggregate_id::uuid, event_type, payload, (metadata ->> 'command_id')::uuid,
                metadata ->> 'request_id'
         from events order by position",
    )
    .fetch_all(connection)
    .await
    .expect("the log can be read");
    rows.into_iter()
        .map(|row| Entry {
            position: row.get(0),
            stream: row.get(1),
            event_type: row.get(2),
            payload: row.get(3),
            command_id: row.get(4),
            request_id: row.get(5),
        })
        .collect()
}

/// Asserts what holds of the log whatever happened: positions 1, 2, 3, ... without a gap, times that never go back,
/// streams numbered without a gap, and no command in it twice.
pub(super) async fn assert_well_formed(connection: &mut PgConnection) {
    for (rule, broken) in [
        (
            "positions are 1, 2, 3, ...",
            "select count(*) from (select position <> row_number() over (order by position) as broken from events) e
             where broken",
        ),
        (
            "recorded_at never goes back",
            "select count(*) from (select recorded_at < lag(recorded_at) over (order by position) as broken
                                   from events) e where broken",
        ),
        (
            "sequences of a stream are 1, 2, 3, ... in the order of positions",
            "select count(*) from (select sequence <> row_number() over (partition by aggregate_type, aggregate_id
                                                                         order by position) as broken
                                   from events) e where broken",
        ),
        (
            "a command's events are neighbours of one stream",
            "select count(*) from (select 1 from events group by metadata ->> 'command_id'
                                   having max(position) - min(position) + 1 <> count(*)
                                       or count(distinct aggregate_id) > 1) e",
        ),
    ] {
        let count: i64 = sqlx::query_scalar(broken).fetch_one(&mut *connection).await.expect("the log can be read");
        assert_eq!(count, 0, "{rule}");
    }
}
