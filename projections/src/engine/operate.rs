//! What a person does about a projection: rebuild it, resume it, park the event that it cannot apply.

use std::sync::Arc;

use sqlx::{Connection, PgConnection};

use super::checkpoint::{self, Checkpoint};
use super::status::ProjectionState;
use super::step::{BATCH, StepError, advance};
use super::{FeedError, Projection, Projectors};
use crate::columns;

/// A rebuild waits so long for the batch that is being applied; a statement of its own may take its time.
const BEGIN_REBUILD: &str = "begin; set local lock_timeout = '10s'; set local statement_timeout = 0; \
                             set local idle_in_transaction_session_timeout = '20s'";
/// A change to a checkpoint waits so long for whoever holds it.
const BEGIN: &str = "begin; set local lock_timeout = '10s'";

/// What a rebuild did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// The view contains the log up to here.
    pub position: u64,
}

/// Why a projection could not be operated.
#[derive(Debug, thiserror::Error)]
pub enum OperateError {
    /// No projection of this program has the name.
    #[error("there is no projection of this name")]
    Unknown,
    /// A reactor is not rebuilt: its jobs would be done again.
    #[error("a reactor cannot be rebuilt")]
    NotRebuildable,
    /// There is nothing to resume.
    #[error("the projection has not stopped")]
    NotStopped,
    /// Only the event that a projection fails at can be parked.
    #[error("the projection does not fail at this event")]
    NotFailing,
    /// The view stays as it was.
    #[error("event {position} cannot be applied")]
    Poison {
        /// The event's position.
        position: u64,
        /// Why it cannot.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An index outside the database cannot be filled; it is tried again by whoever feeds it.
    #[error("the index cannot be filled")]
    Index(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Somebody has asked for the same since.
    #[error("somebody else has begun it anew")]
    Superseded,
    /// The log could not be read.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// The database failed, or the projection was busy for too long.
    #[error("the database is not available")]
    Unavailable(#[from] sqlx::Error),
}

impl From<StepError> for OperateError {
    fn from(error: StepError) -> Self {
        match error {
            StepError::Database(error) => Self::Unavailable(error),
            StepError::Feed(error) => Self::Feed(error),
            StepError::Poison { position, source } => Self::Poison { position, source },
        }
    }
}

impl Projectors {
    /// Empties a view and replays the whole log into it, parked events left out, in one transaction: readers see the
    /// old rows until it commits, and the old rows stay where it fails.
    ///
    /// The log is replayed up to its head, also what is appended meanwhile; writers that wait for the view are told that
    /// it is behind. A view that had stopped runs again afterwards.
    ///
    /// # Errors
    /// [`OperateError`].
    pub async fn rebuild(&self, name: &str) -> Result<Rebuilt, OperateError> {
        let projection = self.0.projections.iter().find(|p| p.name() == name).ok_or(OperateError::Unknown)?;
        if projection.starts_at_head() {
            return Err(OperateError::NotRebuildable);
        }
        let mut conn = self.0.pool.acquire().await?;
        checkpoint::create_missing(&mut conn, std::slice::from_ref(projection), 0).await?;
        let mut tx = conn.begin_with(BEGIN_REBUILD).await?;
        let mut checkpoint = checkpoint::lock(&mut tx, projection).await?;
        clear(&mut tx, projection).await?;
        self.replay(&mut tx, projection, &mut checkpoint).await?;
        checkpoint::store(&mut tx, std::slice::from_ref(&checkpoint)).await?;
        checkpoint::count_rebuild(&mut tx, projection).await?;
        tx.commit().await?;
        tracing::info!(projection = name, position = checkpoint.position, "rebuilt");
        Ok(Rebuilt { position: checkpoint.position })
    }

    async fn replay(
        &self,
        tx: &mut PgConnection,
        projection: &Arc<dyn Projection>,
        checkpoint: &mut Checkpoint,
    ) -> Result<(), OperateError> {
        checkpoint.advance_to(0);
        checkpoint.state = ProjectionState::Running;
        loop {
            let batch = self.0.feed.read_after(tx, checkpoint.position, BATCH).await?;
            if batch.is_empty() {
                return Ok(());
            }
            advance(tx, projection.as_ref(), checkpoint, &batch).await?;
        }
    }

    /// Lets a stopped projection, a reactor too, try its failing event again.
    ///
    /// # Errors
    /// [`OperateError`].
    pub async fn resume(&self, name: &str) -> Result<(), OperateError> {
        let mut tx = self.0.pool.begin_with(BEGIN).await?;
        let resumed = sqlx::query(
            "update projection_checkpoints
             set state = 'running', attempts = 0, failing_position = null, last_error = null,
                 updated_at = clock_timestamp()
             where name = $1 and state = 'failed'",
        )
        .bind(name)
        .execute(&mut *tx)
        .await?;
        match resumed.rows_affected() {
            0 => Err(unknown_or(&mut tx, name, OperateError::NotStopped).await?),
            _ => Ok(tx.commit().await?),
        }
    }

    /// Sets the event aside that a projection, a reactor too, fails at; it goes on without it, and so do rebuilds.
    ///
    /// # Errors
    /// [`OperateError`].
    pub async fn park(&self, name: &str, position: u64, reason: &str) -> Result<(), OperateError> {
        let mut tx = self.0.pool.begin_with(BEGIN).await?;
        let parked = sqlx::query(
            "with failing as (
                 update projection_checkpoints c
                 set state = 'running', attempts = 0, failing_position = null, last_error = null,
                     updated_at = clock_timestamp()
                 from projection_checkpoints old
                 where c.name = $1 and c.failing_position = $2 and old.name = c.name and old.version = c.version
                 returning c.name, c.version, old.last_error
             )
             insert into parked_events (name, version, position, reason, error)
             select name, version, $2, $3, last_error from failing
             on conflict do nothing",
        )
        .bind(name)
        .bind(columns::signed(position))
        .bind(reason)
        .execute(&mut *tx)
        .await?;
        match parked.rows_affected() {
            0 => Err(unknown_or(&mut tx, name, OperateError::NotFailing).await?),
            _ => Ok(tx.commit().await?),
        }
    }
}

async fn unknown_or(
    conn: &mut PgConnection,
    name: &str,
    otherwise: OperateError,
) -> Result<OperateError, OperateError> {
    let known: bool = sqlx::query_scalar("select exists (select from projection_checkpoints where name = $1)")
        .bind(name)
        .fetch_one(conn)
        .await?;
    Ok(if known { otherwise } else { OperateError::Unknown })
}

/// `delete`, not `truncate`: truncating would lock readers out until the rebuild commits.
async fn clear(tx: &mut PgConnection, projection: &Arc<dyn Projection>) -> sqlx::Result<()> {
    for table in projection.tables() {
        sqlx::query(&format!("delete from {table}")).execute(&mut *tx).await?;
    }
    Ok(())
}
