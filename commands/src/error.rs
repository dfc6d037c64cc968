//! How a command can fail, for every use case.

use cqrs_es::AggregateError;
use domain::amenity::AmenityError;
use domain::booking::BookingError;
use domain::place::PlaceError;
use domain::review::ReviewError;
use domain::user::UserError;
use domain::{FieldError, Invalid};

use crate::ports::PortError;
use crate::ports::log::AppendError;

/// Why a command had no effect (but for [`CommandError::Unavailable`], where that may not be known).
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The account refuses.
    #[error(transparent)]
    User(UserError),
    /// The place refuses.
    #[error(transparent)]
    Place(PlaceError),
    /// The booking refuses.
    #[error(transparent)]
    Booking(BookingError),
    /// The review refuses.
    #[error(transparent)]
    Review(ReviewError),
    /// Values that fit their types, but not each other or the log.
    #[error("invalid values")]
    Invalid(Vec<FieldError>),
    /// There is no such thing, or the actor may not know of it.
    #[error("not found")]
    NotFound,
    /// The actor may see it, but not do this.
    #[error("forbidden")]
    Forbidden,
    /// The credentials or tokens given are not good.
    #[error("not signed in")]
    Unauthenticated,
    /// `If-Match` named another version.
    #[error("the resource is at version {actual}")]
    VersionMismatch {
        /// Its version now.
        actual: u64,
    },
    /// What the decision rested on kept changing.
    #[error("changed at the same time by somebody else")]
    ConcurrentChange,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    IdempotencyKeyReused,
    /// A dependency failed.
    #[error("a dependency failed")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<UserError> for CommandError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::NotFound => Self::NotFound,
            UserError::Oneself => Self::Forbidden,
            UserError::EmailTaken | UserError::AlreadyImported | UserError::AlreadyRegistered => Self::User(error),
        }
    }
}

impl From<PlaceError> for CommandError {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::NotFound | PlaceError::NoSuchBlock(_) => Self::NotFound,
            PlaceError::OutOfBounds(fields) => Self::Invalid(fields),
            error => Self::Place(error),
        }
    }
}

impl From<BookingError> for CommandError {
    fn from(error: BookingError) -> Self {
        match error {
            BookingError::NotFound => Self::NotFound,
            BookingError::Unsuitable(fields) => Self::Invalid(fields),
            error => Self::Booking(error),
        }
    }
}

impl From<ReviewError> for CommandError {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::NotFound => Self::NotFound,
            ReviewError::Unsuitable(fields) => Self::Invalid(fields),
            error => Self::Review(error),
        }
    }
}

impl From<AmenityError> for CommandError {
    fn from(error: AmenityError) -> Self {
        match error {
            AmenityError::CodeTaken | AmenityError::AlreadyExists => {
                Self::Invalid(vec![Invalid::new("taken", "The catalogue has this code already.").at("code")])
            }
        }
    }
}

impl From<PortError> for CommandError {
    fn from(error: PortError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl<E> From<AggregateError<E>> for CommandError
where
    E: std::error::Error + Into<Self>,
{
    fn from(error: AggregateError<E>) -> Self {
        match error {
            AggregateError::UserError(error) => error.into(),
            AggregateError::AggregateConflict => Self::ConcurrentChange,
            AggregateError::UnexpectedError(source) => match source.downcast::<AppendError>() {
                Ok(error) => (*error).into(),
                Err(source) => Self::Unavailable(source),
            },
            AggregateError::DatabaseConnectionError(source) | AggregateError::DeserializationError(source) => {
                Self::Unavailable(source)
            }
        }
    }
}

impl From<AppendError> for CommandError {
    fn from(error: AppendError) -> Self {
        match error {
            // The executor looks the earlier request up when it sees this.
            AppendError::AlreadyDone(_) | AppendError::StreamChanged { .. } | AppendError::DependencyChanged { .. } => {
                Self::ConcurrentChange
            }
            AppendError::Rejected(cause) => {
                tracing::warn!(cause, "the log cannot store a command");
                let message = "The request holds a value, or more of them, than can be stored.".to_owned();
                Self::Invalid(vec![FieldError { field: String::new(), code: "not_storable", message }])
            }
            error @ (AppendError::ClaimTaken { .. } | AppendError::Unavailable(_) | AppendError::Unresolved(_)) => {
                Self::Unavailable(Box::new(error))
            }
        }
    }
}
