//! One batch of the log into the views, with its checkpoints, in one transaction.

use std::error::Error;
use std::sync::Arc;

use sqlx::{Connection, PgConnection};

use super::checkpoint::{self, Checkpoint};
use super::status::ProjectionState;
use super::{ApplyError, Feed, FeedError, FeedItem, Projection};

/// The most positions that one transaction takes.
pub(super) const BATCH: u32 = 500;

/// Not waiting for the disk is safe here: rows and checkpoint are lost together in a crash, and what was lost is read
/// from the log again, which itself waited.
///
/// A process that is paused in the middle of a step holds its checkpoints until the server ends its session.
const BEGIN: &str = "begin; set local synchronous_commit = off; set local idle_in_transaction_session_timeout = '5s'";

/// What a step did.
#[derive(Debug, Default)]
pub(super) struct Stepped {
    /// The checkpoints that it wrote, as they are now.
    pub(super) written: Vec<Checkpoint>,
    /// Whether the batch was full, so that there is likely more.
    pub(super) full: bool,
}

/// Why a step wrote nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum StepError {
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Feed(#[from] FeedError),
    #[error("event {position} cannot be applied")]
    Poison {
        position: u64,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// Advances those of `projections` that are furthest behind, as far as nobody else is doing so, by one batch.
///
/// An event that cannot be applied takes the batch back; it is then tried again with a savepoint for each projection,
/// so that the others advance, and the failing one up to that event.
pub(super) async fn step(
    conn: &mut PgConnection,
    feed: &dyn Feed,
    projections: &[Arc<dyn Projection>],
) -> Result<Stepped, StepError> {
    match attempt(conn, feed, projections, false).await {
        Err(StepError::Poison { .. }) => attempt(conn, feed, projections, true).await,
        Err(StepError::Feed(error)) => {
            note(conn, projections, &error).await;
            Err(error.into())
        }
        other => other,
    }
}

/// Leaves word of a log that cannot be read with the projections that need it: nothing else would show why they stand.
async fn note(conn: &mut PgConnection, projections: &[Arc<dyn Projection>], error: &FeedError) {
    if let Err(lost) = checkpoint::note(conn, projections, &chain(error)).await {
        // The database is away, most likely, as whoever drives will say.
        tracing::debug!(error = &lost as &dyn Error, "that the log cannot be read could not be noted");
    }
}

async fn attempt(
    conn: &mut PgConnection,
    feed: &dyn Feed,
    projections: &[Arc<dyn Projection>],
    with_savepoints: bool,
) -> Result<Stepped, StepError> {
    let mut tx = conn.begin_with(BEGIN).await?;
    let mut checkpoints = furthest_behind(checkpoint::lock_free(&mut tx, projections).await?);
    // The batch is read by a statement after the one that locked: it sees what the last holder has committed.
    let batch = match checkpoints.first() {
        Some(first) => feed.read_after(&mut tx, first.position, BATCH).await?,
        None => vec![],
    };
    if batch.is_empty() {
        tx.rollback().await?;
        return Ok(Stepped::default());
    }
    let with_savepoints = with_savepoints || checkpoints.iter().any(|checkpoint| checkpoint.attempts > 0);
    for checkpoint in &mut checkpoints {
        let Some(projection) = projections.iter().find(|p| checkpoint.is_of(p.as_ref())) else { continue };
        if with_savepoints {
            advance_with_savepoint(&mut tx, projection.as_ref(), checkpoint, &batch).await?;
        } else {
            advance(&mut tx, projection.as_ref(), checkpoint, &batch).await?;
        }
    }
    checkpoint::store(&mut tx, &checkpoints).await?;
    tx.commit().await?;
    checkpoints.iter().for_each(log_stop);
    Ok(Stepped { written: checkpoints, full: batch.len() >= BATCH as usize })
}

/// Those that stand where the last one stands: they take the same batch.
fn furthest_behind(mut locked: Vec<Checkpoint>) -> Vec<Checkpoint> {
    locked.retain(Checkpoint::may_advance);
    let position = locked.iter().map(|checkpoint| checkpoint.position).min();
    locked.retain(|checkpoint| Some(checkpoint.position) == position);
    locked
}

/// Applies a batch to one projection and moves its checkpoint behind it.
pub(super) async fn advance(
    conn: &mut PgConnection,
    projection: &dyn Projection,
    checkpoint: &mut Checkpoint,
    batch: &[FeedItem],
) -> Result<(), StepError> {
    for item in batch.iter().filter(|item| !checkpoint.leaves_out(item.position)) {
        apply(conn, projection, item).await?;
    }
    if let Some(last) = batch.last() {
        checkpoint.advance_to(last.position);
    }
    Ok(())
}

/// The same, but an event that cannot be applied is noted in the checkpoint, and only what comes before it applied.
async fn advance_with_savepoint(
    tx: &mut PgConnection,
    projection: &dyn Projection,
    checkpoint: &mut Checkpoint,
    batch: &[FeedItem],
) -> Result<(), StepError> {
    let before = checkpoint.clone();
    let mut savepoint = tx.begin().await?;
    let (failing, error) = match advance(&mut savepoint, projection, checkpoint, batch).await {
        Ok(()) => return Ok(savepoint.commit().await?),
        Err(StepError::Poison { position, source }) => (position, source),
        Err(other) => return Err(other),
    };
    savepoint.rollback().await?;
    let good = batch.partition_point(|item| item.position < failing);
    advance(tx, projection, checkpoint, &batch[..good]).await?;
    *checkpoint = before;
    checkpoint.fail_at(failing, chain(error.as_ref()));
    Ok(())
}

async fn apply(conn: &mut PgConnection, projection: &dyn Projection, item: &FeedItem) -> Result<(), StepError> {
    let poison = |source| StepError::Poison { position: item.position, source };
    let events = item.events.as_ref().map_err(|fault| poison(chain(fault).into()))?;
    for event in events {
        match projection.apply(conn, event).await {
            Ok(()) => {}
            Err(ApplyError::Database(error)) if super::projection::is_passing(&error) => return Err(error.into()),
            Err(error) => return Err(poison(Box::new(error))),
        }
    }
    Ok(())
}

/// Logged here and once: by the step that used up the last attempt.
fn log_stop(checkpoint: &Checkpoint) {
    if checkpoint.state == ProjectionState::Failed {
        tracing::error!(
            projection = checkpoint.name,
            version = checkpoint.version,
            position = checkpoint.failing_position,
            error = checkpoint.last_error,
            "a projection has stopped at an event that it cannot apply; resume it or park the event"
        );
    }
}

/// An error with its sources, as one bounded line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        // Some errors tell their source's text as well as their source.
        if !line.ends_with(&text) {
            line = format!("{line}: {text}");
        }
        cause = error.source();
    }
    line.replace('\0', "").chars().take(1_000).collect()
}
