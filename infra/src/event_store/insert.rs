//! The one write of a transaction: everything that a batch's accepted commands leave behind.

use commands::ports::log::Appended;
use jiff_sqlx::ToSqlx as _;
use sqlx::PgConnection;
use uuid::Uuid;

use super::claims::ClaimKey;
use super::command::Command;
use super::ledger::Ledger;

/// Its parts never touch the same row, so that their order within the statement does not matter: claims are written as
/// the difference between before and after the batch. Taking a claim stays a plain insert, moving or freeing one names
/// the holder expected: the table's own keys are the last line of defence behind the decisions.
const INSERT: &str = "
with freed as (
    delete from claims c using unnest($9::smallint[], $10::bytea[], $11::uuid[]) as gone (kind, key, holder)
    where c.kind = gone.kind and c.key = gone.key and c.holder = gone.holder
), moved as (
    update claims c set holder = new.holder
    from unnest($12::smallint[], $13::bytea[], $14::uuid[], $15::uuid[]) as new (kind, key, old_holder, holder)
    where c.kind = new.kind and c.key = new.key and c.holder = new.old_holder
), taken as (
    insert into claims (kind, key, holder) select * from unnest($16::smallint[], $17::bytea[], $18::uuid[])
), requested as (
    insert into idempotency_keys (subject, scope, key, digest, status, resource_id, position, recorded_at)
    select *, $8 from unnest($19::uuid[], $20::text[], $21::text[], $22::bytea[], $23::smallint[], $24::uuid[],
                             $25::bigint[])
    -- Only one that is older than its window can be there.
    on conflict (subject, scope, key) do update
    set digest = excluded.digest, status = excluded.status, resource_id = excluded.resource_id,
        position = excluded.position, recorded_at = excluded.recorded_at
)
insert into events (position, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
                    recorded_at)
select $1 + n, type, id::text, sequence, event_type, event_version, payload::json, metadata::json, $8
from unnest($2::text[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[], $26::text[]) with ordinality
     as event (type, id, sequence, event_type, event_version, payload, metadata, n)";

/// Writes the accepted commands. `before` is the log's last position before the first of them.
pub(super) async fn write(
    connection: &mut PgConnection,
    before: u64,
    accepted: &[(&Command, &Appended)],
    ledger: &Ledger,
) -> Result<(), sqlx::Error> {
    let events = Events::of(accepted);
    let claims = ClaimChanges::of(ledger);
    let requests = Requests::of(accepted);
    sqlx::query(INSERT)
        .bind(signed(before))
        .bind(events.types)
        .bind(events.ids)
        .bind(events.sequences)
        .bind(events.event_types)
        .bind(events.event_versions)
        .bind(events.payloads)
        .bind(ledger.recorded_at.to_sqlx())
        .bind(claims.freed.kinds)
        .bind(claims.freed.keys)
        .bind(claims.freed.holders)
        .bind(claims.moved.kinds)
        .bind(claims.moved.keys)
        .bind(claims.moved_from)
        .bind(claims.moved.holders)
        .bind(claims.taken.kinds)
        .bind(claims.taken.keys)
        .bind(claims.taken.holders)
        .bind(requests.subjects)
        .bind(requests.scopes)
        .bind(requests.keys)
        .bind(requests.digests)
        .bind(requests.statuses)
        .bind(requests.resources)
        .bind(requests.positions)
        .bind(events.metadata)
        .execute(connection)
        .await?;
    Ok(())
}

/// Columns of `events`.
#[derive(Default)]
struct Events<'c> {
    types: Vec<&'static str>,
    ids: Vec<Uuid>,
    sequences: Vec<i64>,
    event_types: Vec<&'c str>,
    event_versions: Vec<&'c str>,
    payloads: Vec<&'c str>,
    metadata: Vec<&'c str>,
}

impl<'c> Events<'c> {
    fn of(accepted: &[(&'c Command, &Appended)]) -> Self {
        let mut columns = Self::default();
        for (command, _) in accepted {
            let append = &command.append;
            for (sequence, event) in (append.expected_version + 1..).zip(&append.events) {
                columns.types.push(append.stream.aggregate_type);
                columns.ids.push(append.stream.aggregate_id);
                columns.sequences.push(signed(sequence));
                columns.event_types.push(&event.event_type);
                columns.event_versions.push(&event.event_version);
                columns.payloads.push(&event.payload);
                columns.metadata.push(&event.metadata);
            }
        }
        columns
    }
}

/// Columns of `claims`.
#[derive(Default)]
struct ClaimRows<'c> {
    kinds: Vec<i16>,
    keys: Vec<&'c [u8]>,
    holders: Vec<Uuid>,
}

impl<'c> ClaimRows<'c> {
    fn push(&mut self, key: &'c ClaimKey, holder: Uuid) {
        self.kinds.push(key.kind);
        self.keys.push(&key.key);
        self.holders.push(holder);
    }
}

/// What a batch changes in `claims`, each key in one place at the most.
#[derive(Default)]
struct ClaimChanges<'c> {
    freed: ClaimRows<'c>,
    moved: ClaimRows<'c>,
    moved_from: Vec<Uuid>,
    taken: ClaimRows<'c>,
}

impl<'c> ClaimChanges<'c> {
    fn of(ledger: &'c Ledger) -> Self {
        let mut changes = Self::default();
        let mut claims: Vec<_> = ledger.claims.iter().collect();
        // A stay's nights stand beside each other in the index: in its order they touch the fewest pages.
        claims.sort_unstable_by_key(|(key, _)| *key);
        for (key, holding) in claims {
            match (holding.stored, holding.now) {
                (None, Some(holder)) => changes.taken.push(key, holder),
                (Some(holder), None) => changes.freed.push(key, holder),
                (Some(from), Some(to)) if from != to => {
                    changes.moved.push(key, to);
                    changes.moved_from.push(from);
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
        changes
    }
}

/// Columns of `idempotency_keys`.
#[derive(Default)]
struct Requests<'c> {
    subjects: Vec<Uuid>,
    scopes: Vec<&'c str>,
    keys: Vec<&'c str>,
    digests: Vec<&'c [u8]>,
    statuses: Vec<i16>,
    resources: Vec<Uuid>,
    positions: Vec<i64>,
}

impl<'c> Requests<'c> {
    fn of(accepted: &[(&'c Command, &Appended)]) -> Self {
        let mut columns = Self::default();
        for (command, appended) in accepted {
            let Some(request) = &command.append.idempotency else { continue };
            columns.subjects.push(request.key.subject);
            columns.scopes.push(&request.key.scope);
            columns.keys.push(&request.key.key);
            columns.digests.push(&request.digest);
            // A checked HTTP status has three digits.
            columns.statuses.push(i16::try_from(request.status).unwrap_or(i16::MAX));
            columns.resources.push(request.resource_id);
            columns.positions.push(signed(appended.last_position));
        }
        columns
    }
}

/// Positions and sequences grow by one from one: they do not reach the end of `bigint`. An expected version beyond it
/// has been refused before, as no stream has it.
pub(super) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
