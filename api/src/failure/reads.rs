//! From why a view could not answer to what the client is told.

use projections::ReadError;

use super::{ApiError, Failure};

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::UseCursor => Failure::UseCursor.into(),
            ReadError::Unavailable(_) | ReadError::Feed(_) => Self::caused_by(Failure::Unavailable, error),
            ReadError::Corrupt(_) => Self::caused_by(Failure::Internal, error),
        }
    }
}
