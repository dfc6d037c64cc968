//! From why a projection could not be operated to what the client is told.

use domain::Invalid;
use projections::OperateError;

use super::{ApiError, Failure};

impl From<OperateError> for ApiError {
    fn from(error: OperateError) -> Self {
        match error {
            OperateError::Unknown => Failure::NotFound.into(),
            OperateError::NotRebuildable | OperateError::NotStopped | OperateError::NotFailing => {
                Failure::InvalidTransition.into()
            }
            OperateError::Poison { position, .. } => {
                let problem = Invalid::new("cannot_be_applied", format!("The event at {position} cannot be applied."));
                let mut refusal = Self::caused_by(Failure::InvalidTransition, error);
                refusal.errors.push(problem.at("position"));
                refusal
            }
            OperateError::Superseded => Self::caused_by(Failure::ConcurrentChange, error),
            OperateError::Index(_) | OperateError::Feed(_) | OperateError::Unavailable(_) => {
                Self::caused_by(Failure::Unavailable, error)
            }
        }
    }
}
