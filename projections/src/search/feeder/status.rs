//! Where the index stands, for whoever operates it: a row beside those of the projections.

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::Feeder;
use crate::engine::MAX_ATTEMPTS;
use crate::{ProjectionState, ProjectionStatus, columns};

/// While the first index is being filled, how far that one has come is told.
const ALL: &str = "
    select f.name, f.version, f.attempts, f.last_error, f.updated_at,
           coalesce((select i.position from search_indexes i
                     where i.name = f.name and i.version = f.version and i.state <> 'retired'
                     order by i.state = 'live' desc limit 1), 0) as position
    from search_feeders f where f.name = $1
    order by f.version";

impl Feeder {
    /// Of every version that is kept, the log's last position being `head`.
    pub(crate) async fn status(&self, head: u64) -> sqlx::Result<Vec<ProjectionStatus>> {
        let rows = sqlx::query(ALL).bind(self.name()).fetch_all(&self.pool).await?;
        rows.iter().map(|row| self.status_of(row, head)).collect()
    }

    fn status_of(&self, row: &PgRow, head: u64) -> sqlx::Result<ProjectionStatus> {
        let (version, position) = (columns::small(row, "version")?, columns::unsigned(row, "position")?);
        let attempts = columns::small(row, "attempts")?;
        // It goes on trying all the same.
        let state = if attempts < MAX_ATTEMPTS { ProjectionState::Running } else { ProjectionState::Failed };
        Ok(ProjectionStatus {
            name: row.try_get("name")?,
            version,
            serves: version == self.version(),
            outside: true,
            position,
            lag: head.saturating_sub(position),
            state,
            attempts,
            failing_position: None,
            last_error: row.try_get("last_error")?,
            parked: 0,
            updated_at: columns::timestamp(row, "updated_at")?,
        })
    }
}
