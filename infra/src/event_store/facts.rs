//! The one read of a transaction: what the log says about everything that a batch asks for.

use std::collections::{BTreeSet, HashMap, HashSet};

use commands::ports::log::{IDEMPOTENCY_WINDOW, IdempotencyKey, RecordedRequest, StreamId};
use jiff_sqlx::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use super::claims::ClaimKey;
use super::command::Command;
use super::ledger::{Holding, Ledger};

/// Everything in one row, its arrays in the order of the questions. Each look-up is a scalar or lateral subquery that
/// the planner cannot turn into a join: that fell into a sequential scan on a fresh table.
const FACTS: &str = "
select
    coalesce(head.position, 0) as last_position,
    greatest(head.recorded_at, clock_timestamp()) as recorded_at,
    array(
        select coalesce((
            select e.sequence from events e
            where e.aggregate_type = asked.type and e.aggregate_id = asked.id::text
            order by e.sequence desc limit 1
        ), 0)
        from unnest($1::text[], $2::uuid[]) with ordinality as asked (type, id, n) order by asked.n
    ) as versions,
    array(
        select (select c.holder from claims c where c.kind = asked.kind and c.key = asked.key)
        from unnest($3::smallint[], $4::bytea[]) with ordinality as asked (kind, key, n) order by asked.n
    ) as holders,
    coalesce(used.indexes, '{}'), coalesce(used.digests, '{}'), coalesce(used.statuses, '{}'),
    coalesce(used.resources, '{}'), coalesce(used.positions, '{}')
from (select) one
left join (select position, recorded_at from events order by position desc limit 1) head on true
cross join (
    select array_agg(asked.n) as indexes, array_agg(r.digest) as digests, array_agg(r.status) as statuses,
           array_agg(r.resource_id) as resources, array_agg(r.position) as positions
    from unnest($5::uuid[], $6::text[], $7::text[]) with ordinality as asked (subject, scope, key, n)
    cross join lateral (
        select * from idempotency_keys k
        where k.subject = asked.subject and k.scope = asked.scope and k.key = asked.key
          and k.recorded_at > clock_timestamp() - make_interval(secs => $8)
        limit 1
    ) r
) used";

type Row = (i64, Timestamp, Vec<i64>, Vec<Option<Uuid>>, Vec<i64>, Vec<Vec<u8>>, Vec<i16>, Vec<Uuid>, Vec<i64>);

/// Everything that `commands` ask about, each once and in the order of the indexes, which touches the fewest pages.
struct Questions<'c> {
    streams: Vec<&'c StreamId>,
    claims: Vec<&'c ClaimKey>,
    requests: Vec<&'c IdempotencyKey>,
}

/// Reads the facts that `commands` are decided on. Under the appender's lock they hold until the transaction's end.
pub(super) async fn read(connection: &mut PgConnection, commands: &[&Command]) -> Result<Ledger, sqlx::Error> {
    let questions = Questions::of(commands);
    let row = questions.ask(connection).await?;
    questions.ledger(row)
}

impl<'c> Questions<'c> {
    fn of(commands: &[&'c Command]) -> Self {
        let appends = || commands.iter().map(|command| &command.append);
        let own = appends().map(|append| &append.stream);
        let others = appends().flat_map(|append| append.depends_on.iter().map(|(stream, _)| stream));
        Self {
            streams: own.chain(others).collect::<BTreeSet<_>>().into_iter().collect(),
            claims: commands.iter().flat_map(|c| &c.claim_keys).collect::<BTreeSet<_>>().into_iter().collect(),
            requests: appends()
                .filter_map(|append| append.idempotency.as_ref().map(|request| &request.key))
                .collect::<HashSet<_>>()
                .into_iter()
                .collect(),
        }
    }

    async fn ask(&self, connection: &mut PgConnection) -> Result<Row, sqlx::Error> {
        let (streams, claims, requests) = (&self.streams, &self.claims, &self.requests);
        sqlx::query_as(FACTS)
            .bind(streams.iter().map(|stream| stream.aggregate_type).collect::<Vec<_>>())
            .bind(streams.iter().map(|stream| stream.aggregate_id).collect::<Vec<_>>())
            .bind(claims.iter().map(|claim| claim.kind).collect::<Vec<_>>())
            .bind(claims.iter().map(|claim| claim.key.as_slice()).collect::<Vec<_>>())
            .bind(requests.iter().map(|key| key.subject).collect::<Vec<_>>())
            .bind(requests.iter().map(|key| key.scope.as_str()).collect::<Vec<_>>())
            .bind(requests.iter().map(|key| key.key.as_str()).collect::<Vec<_>>())
            .bind(IDEMPOTENCY_WINDOW.as_secs_f64())
            .fetch_one(connection)
            .await
    }

    fn ledger(&self, row: Row) -> Result<Ledger, sqlx::Error> {
        let (last_position, recorded_at, versions, holders, indexes, digests, statuses, resources, positions) = row;
        let streams = self.streams.iter().map(|stream| (*stream).clone());
        let claims = self.claims.iter().map(|key| (*key).clone());
        let mut requests = HashMap::new();
        let used = indexes.into_iter().zip(digests).zip(statuses).zip(resources).zip(positions);
        for ((((index, digest), status), resource_id), position) in used {
            let key = usize::try_from(index - 1).ok().and_then(|index| self.requests.get(index));
            let key = (*key.ok_or_else(|| unexpected("an idempotency key that was not asked for"))?).clone();
            let digest = digest.try_into().map_err(|_| unexpected("a digest that is not of 32 bytes"))?;
            let (status, position) = (status.unsigned_abs(), unsigned(position)?);
            requests.insert(key, RecordedRequest { digest, status, resource_id, position });
        }
        Ok(Ledger {
            last_position: unsigned(last_position)?,
            recorded_at: recorded_at.to_jiff(),
            versions: streams
                .zip(versions)
                .map(|(stream, version)| Ok((stream, unsigned(version)?)))
                .collect::<Result<_, sqlx::Error>>()?,
            claims: claims.zip(holders).map(|(key, stored)| (key, Holding { stored, now: stored })).collect(),
            requests,
        })
    }
}

/// A column that the schema keeps at zero or above.
pub(super) fn unsigned(value: i64) -> Result<u64, sqlx::Error> {
    u64::try_from(value).map_err(|_| unexpected("a negative position or sequence"))
}

fn unexpected(what: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(what.into())
}
