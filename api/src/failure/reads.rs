//! From why a view could not answer to what the client is told.

use domain::Invalid;
use projections::ReadError;

use super::{ApiError, Failure};

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::UseCursor => Failure::UseCursor.into(),
            ReadError::ForeignKey => {
                let problem = Invalid::new("foreign_cursor", "Belongs to a list that does not go on.").at("cursor");
                Self::with_errors(Failure::InvalidParameter, vec![problem])
            }
            // The engine itself is told of in the log.
            ReadError::EngineAway => Failure::Unavailable.into(),
            ReadError::Unavailable(_) | ReadError::Feed(_) => Self::caused_by(Failure::Unavailable, error),
            ReadError::Corrupt(_) => Self::caused_by(Failure::Internal, error),
        }
    }
}
