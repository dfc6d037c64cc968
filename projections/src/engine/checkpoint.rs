//! How far each projection has got: the rows of `projection_checkpoints`.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row};

use super::Projection;
use super::status::ProjectionState;
use crate::columns;

/// An event that failed this often stops its projection.
pub(crate) const MAX_ATTEMPTS: u32 = 5;
/// The pause after the first failure; each further failure doubles it. All attempts together take about three seconds.
const FIRST_RETRY: Duration = Duration::from_millis(100);

/// One projection's checkpoint.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checkpoint {
    pub(super) name: String,
    pub(super) version: u32,
    pub(super) position: u64,
    pub(super) state: ProjectionState,
    pub(super) attempts: u32,
    pub(super) failing_position: Option<u64>,
    pub(super) last_error: Option<String>,
    /// Whether the pause after its last failure is over.
    pub(super) due: bool,
    /// The positions that an operator has set aside.
    pub(super) parked: Vec<i64>,
}

impl Checkpoint {
    pub(super) fn is_of(&self, projection: &dyn Projection) -> bool {
        self.name == projection.name() && self.version == projection.version()
    }

    /// Whether a step may advance it now.
    pub(super) fn may_advance(&self) -> bool {
        self.due && self.state == ProjectionState::Running
    }

    /// Whether an operator has set the event at `position` aside.
    pub(super) fn leaves_out(&self, position: u64) -> bool {
        self.parked.contains(&columns::signed(position))
    }

    /// Moves on after a batch without a failure.
    pub(super) fn advance_to(&mut self, position: u64) {
        *self = Self { position, attempts: 0, failing_position: None, last_error: None, ..self.clone() };
    }

    /// Stays before `failing`, and stops there after the last attempt.
    pub(super) fn fail_at(&mut self, failing: u64, error: String) {
        let attempts = if self.failing_position == Some(failing) { self.attempts + 1 } else { 1 };
        self.position = failing.saturating_sub(1);
        self.attempts = attempts;
        self.failing_position = Some(failing);
        self.last_error = Some(error);
        if attempts >= MAX_ATTEMPTS {
            self.state = ProjectionState::Failed;
        }
    }
}

impl FromRow<'_, PgRow> for Checkpoint {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let failing: Option<i64> = row.try_get("failing_position")?;
        Ok(Self {
            name: row.try_get("name")?,
            version: columns::small(row, "version")?,
            position: columns::unsigned(row, "position")?,
            state: columns::parsed(row, "state")?,
            attempts: columns::small(row, "attempts")?,
            failing_position: failing.and_then(|position| u64::try_from(position).ok()),
            last_error: row.try_get("last_error")?,
            due: row.try_get("due")?,
            parked: row.try_get("parked")?,
        })
    }
}

const SELECT: &str = "
    select name, version, position, state, attempts, failing_position, last_error,
           attempts = 0 or updated_at + $3 * 2 ^ (attempts - 1) * interval '1 second' <= clock_timestamp() as due,
           array(select p.position from parked_events p
                 where p.name = c.name and p.version = c.version) as parked
    from projection_checkpoints c
    where (name, version) in (select * from unnest($1::text[], $2::integer[]))";

static SKIP_LOCKED: LazyLock<String> = LazyLock::new(|| format!("{SELECT} for update skip locked"));

/// The checkpoints of `projections`, without locking them.
pub(super) async fn load(
    conn: &mut PgConnection,
    projections: &[Arc<dyn Projection>],
) -> sqlx::Result<Vec<Checkpoint>> {
    select(conn, SELECT, projections).await
}

/// Those checkpoints of `projections` that no other transaction holds, locked until the end of this one.
pub(super) async fn lock_free(
    conn: &mut PgConnection,
    projections: &[Arc<dyn Projection>],
) -> sqlx::Result<Vec<Checkpoint>> {
    select(conn, SKIP_LOCKED.as_str(), projections).await
}

/// The checkpoint of one projection, locked; waits for whoever holds it.
pub(super) async fn lock(conn: &mut PgConnection, projection: &Arc<dyn Projection>) -> sqlx::Result<Checkpoint> {
    let sql = format!("{SELECT} for update");
    let found = select(conn, &sql, std::slice::from_ref(projection)).await?;
    found.into_iter().next().ok_or(sqlx::Error::RowNotFound)
}

async fn select(
    conn: &mut PgConnection,
    sql: &str,
    projections: &[Arc<dyn Projection>],
) -> sqlx::Result<Vec<Checkpoint>> {
    let (names, versions) = keys(projections);
    sqlx::query_as(sql).bind(names).bind(versions).bind(FIRST_RETRY.as_secs_f64()).fetch_all(conn).await
}

/// Makes the checkpoints that are missing: at 0, or at `head` for what starts there.
pub(super) async fn create_missing(
    conn: &mut PgConnection,
    projections: &[Arc<dyn Projection>],
    head: u64,
) -> sqlx::Result<()> {
    let (names, versions) = keys(projections);
    let positions: Vec<i64> =
        projections.iter().map(|p| if p.starts_at_head() { columns::signed(head) } else { 0 }).collect();
    sqlx::query(
        "insert into projection_checkpoints (name, version, position)
         select * from unnest($1::text[], $2::integer[], $3::bigint[])
         on conflict do nothing",
    )
    .bind(names)
    .bind(versions)
    .bind(positions)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes checkpoints that this transaction has locked.
pub(super) async fn store(conn: &mut PgConnection, checkpoints: &[Checkpoint]) -> sqlx::Result<()> {
    let signed = |position: Option<u64>| position.map(columns::signed);
    sqlx::query(
        "update projection_checkpoints c
         set position = n.position, state = n.state, attempts = n.attempts, failing_position = n.failing_position,
             last_error = n.last_error, updated_at = clock_timestamp()
         from unnest($1::text[], $2::integer[], $3::bigint[], $4::text[], $5::integer[], $6::bigint[], $7::text[])
              as n (name, version, position, state, attempts, failing_position, last_error)
         where c.name = n.name and c.version = n.version",
    )
    .bind(checkpoints.iter().map(|c| c.name.clone()).collect::<Vec<_>>())
    .bind(checkpoints.iter().map(|c| columns::integer(c.version)).collect::<Vec<_>>())
    .bind(checkpoints.iter().map(|c| columns::signed(c.position)).collect::<Vec<_>>())
    .bind(checkpoints.iter().map(|c| c.state.name()).collect::<Vec<_>>())
    .bind(checkpoints.iter().map(|c| columns::integer(c.attempts)).collect::<Vec<_>>())
    .bind(checkpoints.iter().map(|c| signed(c.failing_position)).collect::<Vec<_>>())
    .bind(checkpoints.iter().map(|c| c.last_error.clone()).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

/// Says why these projections do not go on, where nobody is advancing them: until their next batch, and once.
pub(super) async fn note(
    conn: &mut PgConnection,
    projections: &[Arc<dyn Projection>],
    error: &str,
) -> sqlx::Result<()> {
    let (names, versions) = keys(projections);
    sqlx::query(
        "update projection_checkpoints set last_error = $3
         where (name, version) in (
             select name, version from projection_checkpoints
             where (name, version) in (select * from unnest($1::text[], $2::integer[]))
               and state = 'running' and attempts = 0 and last_error is distinct from $3
             for update skip locked)",
    )
    .bind(names)
    .bind(versions)
    .bind(error)
    .execute(conn)
    .await?;
    Ok(())
}

/// Since when the server has lost nothing that it committed: its start, or its last recovery from a crash, which
/// discards its statistics. Microseconds; what matters is whether it is another than before.
pub(super) async fn server_whole_since(conn: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select (extract(epoch from greatest(pg_postmaster_start_time(), pg_stat_get_bgwriter_stat_reset_time()))
                 * 1000000)::bigint",
    )
    .fetch_one(conn)
    .await
}

/// Notes that a projection was rebuilt: any of its rows may have changed, wherever it stands.
pub(super) async fn count_rebuild(conn: &mut PgConnection, projection: &Arc<dyn Projection>) -> sqlx::Result<()> {
    sqlx::query("update projection_checkpoints set rebuilds = rebuilds + 1 where name = $1 and version = $2")
        .bind(projection.name())
        .bind(columns::integer(projection.version()))
        .execute(conn)
        .await?;
    Ok(())
}

/// Where a projection stands. As long as it has not been rebuilt, its rows change only as its position does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The last position whose effect its tables hold.
    pub(crate) position: u64,
    /// How often it has been rebuilt.
    pub(crate) rebuilds: u64,
}

/// Where each of several projections stands, by one small statement.
///
/// # Errors
/// Also where one of them has never run.
pub(crate) async fn standings<const N: usize>(
    conn: &mut PgConnection,
    projections: [&dyn Projection; N],
) -> sqlx::Result<[Standing; N]> {
    let sql = "
        select c.position, c.rebuilds
        from unnest($1::text[], $2::integer[]) with ordinality as wanted (name, version, number)
        join projection_checkpoints c using (name, version)
        order by wanted.number";
    let names = projections.map(Projection::name);
    let versions = projections.map(|projection| columns::integer(projection.version()));
    let rows = sqlx::query(sql).bind(names).bind(versions).fetch_all(conn).await?;
    let standing = |row: &PgRow| {
        let (position, rebuilds) = (columns::unsigned(row, "position")?, columns::unsigned(row, "rebuilds")?);
        Ok(Standing { position, rebuilds })
    };
    let standings: Vec<Standing> = rows.iter().map(standing).collect::<sqlx::Result<_>>()?;
    standings.try_into().map_err(|_| sqlx::Error::RowNotFound)
}

fn keys(projections: &[Arc<dyn Projection>]) -> (Vec<&'static str>, Vec<i32>) {
    projections.iter().map(|p| (p.name(), columns::integer(p.version()))).unzip()
}
