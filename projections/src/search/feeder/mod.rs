//! What keeps an index outside the database: made, filled, fed with what the log changes, and replaced by a fresh one.
//!
//! - `ledger` is what the database knows of it: which indexes there are, how far each has come, and who may write to
//!   them now. An engine cannot refuse a writer that was paused and has been replaced, so the ledger can.
//! - `round` does what there is to do, under a lease; `run` repeats it; `operate` is what a person asks for.
//!
//! Nothing here runs in a transaction or holds a connection while the engine works.

mod ledger;
mod operate;
mod round;
mod run;
mod status;

use std::sync::Arc;

use sqlx::PgPool;

use super::{IndexError, IndexWriter};
use crate::Views;

/// Feeds one index of one database. Any number of processes may run one each; one at a time works. Cheap to clone.
#[derive(Clone)]
pub struct Feeder {
    pool: PgPool,
    index: Arc<dyn IndexWriter>,
}

impl Feeder {
    /// Feeds `index` with the places of `views`; nothing happens until [`run`](Self::run) or a rebuild.
    pub fn new(views: &Views, index: Arc<dyn IndexWriter>) -> Self {
        Self { pool: views.pool.clone(), index }
    }

    /// What it feeds, by its name in answers and lists.
    pub fn name(&self) -> &'static str {
        self.index.name()
    }

    pub(crate) fn version(&self) -> u32 {
        self.index.version()
    }
}

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
enum RoundError {
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Somebody else has taken over.
    #[error("the lease on the index was lost")]
    Lost,
    /// The process ends.
    #[error("feeding was told to stop")]
    Stopped,
}
