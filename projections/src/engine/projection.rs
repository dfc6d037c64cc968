//! What takes events.

use async_trait::async_trait;
use domain::RecordedEvent;
use sqlx::PgConnection;

/// Something that follows the log in order, each event exactly once: a view, or a reactor that writes jobs.
#[async_trait]
pub trait Projection: Send + Sync {
    /// Names the checkpoint, such as `places`.
    fn name(&self) -> &'static str;

    /// Of the tables' shape. A new version has tables and a checkpoint of its own.
    fn version(&self) -> u32;

    /// Every table that [`apply`](Self::apply) writes; a rebuild empties them. None for a reactor.
    fn tables(&self) -> &'static [&'static str];

    /// Whether it begins with the events after its first start and is never rebuilt, as reactors do.
    fn starts_at_head(&self) -> bool {
        false
    }

    /// Writes what follows from one event, on this connection alone and inside its transaction.
    ///
    /// The same events must give the same rows at any time: no clock, no randomness, no other table.
    ///
    /// # Errors
    /// [`ApplyError`]; the event's effects are rolled back.
    async fn apply(&self, conn: &mut PgConnection, event: &RecordedEvent) -> Result<(), ApplyError>;
}

/// Why an event could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The database refused, or was lost.
    #[error("the view could not be written")]
    Database(#[from] sqlx::Error),
    /// The event does not make sense to the projection.
    #[error("the event cannot be applied: {0}")]
    Refused(String),
}

/// Whether trying again may help, however often: the connection broke, or the server was busy, restarting or resolving
/// a conflict. A statement that took too long is none of these: the same event may take as long each time.
pub(super) fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            const QUERY_CANCELED: &str = "57014";
            // Connection, invalid transaction state, conflict, resources, object state, intervention, system.
            let classes = ["08", "25", "40", "53", "55", "57", "58"];
            code != QUERY_CANCELED && classes.iter().any(|class| code.starts_with(class))
        }),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        // Every other variant says that a statement or a value is wrong. (The enum is not exhaustive.)
        _ => false,
    }
}
