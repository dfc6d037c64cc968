//! How the queue itself can fail, and how a failure reads in its rows.

use std::error::Error;
use std::time::Duration;

/// Longest error text that is stored with a job, in bytes.
const ERROR_TEXT_BYTES: usize = 2_000;

/// The queue's table could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The database refused or is away.
    #[error("the job queue is not available")]
    Database(#[from] sqlx::Error),
    /// The database did not answer in time; what was asked for may still have happened.
    #[error("the job queue did not answer within {0:?}")]
    Late(Duration),
    /// A row that this program does not understand.
    #[error("job {id} is in the unknown state {state:?}")]
    UnknownState {
        /// The job's number.
        id: i64,
        /// What the row says.
        state: String,
    },
}

/// An error with all its causes on one line, cut to what a row should hold.
pub(super) fn describe(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    // PostgreSQL cannot store this one character.
    text.retain(|character| character != '\0');
    text.truncate(text.floor_char_boundary(ERROR_TEXT_BYTES));
    text
}
