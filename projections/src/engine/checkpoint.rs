//! How far each projection has got: the rows of `projection_checkpoints`.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row};

use super::Projection;
use super::status::ProjectionState;
use crate::columns;

/// An event that failed this often stops its projection.
pub(super) const MAX_ATTEMPTS: u32 = 5;
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

fn keys(projections: &[Arc<dyn Projection>]) -> (Vec<&'static str>, Vec<i32>) {
    projections.iter().map(|p| (p.name(), columns::integer(p.version()))).unzip()
}
