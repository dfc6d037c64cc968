//! Where the projections stand, for whoever operates them.

use domain::Invalid;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row};

use crate::columns;

/// Where one projection stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectionStatus {
    /// The projection's name.
    pub name: String,
    /// The version of its tables.
    pub version: u32,
    /// Whether this program reads these tables: not so for a reactor, or another program's version.
    pub serves: bool,
    /// Whether it is an index outside the database: without it, the database answers.
    pub outside: bool,
    /// The last position whose effect its tables hold.
    pub position: u64,
    /// How many positions of the log come after that.
    pub lag: u64,
    /// Whether it goes on.
    pub state: ProjectionState,
    /// How often the event at `failing_position` has failed.
    pub attempts: u32,
    /// The event that it cannot apply.
    pub failing_position: Option<u64>,
    /// Why it cannot; of one that runs and has no such event, why the log could not be read for it.
    pub last_error: Option<String>,
    /// How many events an operator has set aside.
    pub parked: u64,
    /// When the checkpoint last changed.
    pub updated_at: Timestamp,
}

/// Whether a projection goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectionState {
    /// It follows the log, or is trying an event again.
    Running,
    /// It has stopped at an event until somebody resumes it or parks the event. (An index outside the database has failed
    /// for a while, and goes on trying.)
    Failed,
}

impl ProjectionState {
    /// The name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Failed => "failed",
        }
    }
}

impl std::str::FromStr for ProjectionState {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        match name {
            "running" => Ok(Self::Running),
            "failed" => Ok(Self::Failed),
            _ => Err(Invalid::new("unknown_state", "Must be running or failed.")),
        }
    }
}

impl FromRow<'_, PgRow> for ProjectionStatus {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let failing: Option<i64> = row.try_get("failing_position")?;
        Ok(Self {
            name: row.try_get("name")?,
            version: columns::small(row, "version")?,
            serves: false,
            outside: false,
            position: columns::unsigned(row, "position")?,
            lag: 0,
            state: columns::parsed(row, "state")?,
            attempts: columns::small(row, "attempts")?,
            failing_position: failing.and_then(|position| u64::try_from(position).ok()),
            last_error: row.try_get("last_error")?,
            parked: columns::unsigned(row, "parked")?,
            updated_at: columns::timestamp(row, "updated_at")?,
        })
    }
}

/// Every projection that has ever run here, by name and version.
pub(super) async fn all(conn: &mut PgConnection) -> sqlx::Result<Vec<ProjectionStatus>> {
    sqlx::query_as(
        "select c.*, (select count(*) from parked_events p where p.name = c.name and p.version = c.version) as parked
         from projection_checkpoints c
         order by c.name, c.version",
    )
    .fetch_all(conn)
    .await
}
