//! From what the use cases refuse to what the client is told.

use commands::CommandError;
use domain::booking::BookingError;
use domain::place::PlaceError;
use domain::review::ReviewError;
use domain::user::UserError;
use domain::{FieldError, Invalid};

use super::{ApiError, Failure};

impl From<CommandError> for ApiError {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::User(error) => error.into(),
            CommandError::Place(error) => error.into(),
            CommandError::Booking(error) => error.into(),
            CommandError::Review(error) => error.into(),
            CommandError::Invalid(errors) => Self::with_errors(Failure::ValidationFailed, errors),
            CommandError::NotFound => Failure::NotFound.into(),
            CommandError::Forbidden => Failure::Forbidden.into(),
            CommandError::Unauthenticated => Failure::Unauthenticated.into(),
            CommandError::VersionMismatch { actual: _ } => Failure::VersionMismatch.into(),
            CommandError::ConcurrentChange => Failure::ConcurrentChange.into(),
            CommandError::IdempotencyKeyReused => Failure::IdempotencyKeyReused.into(),
            CommandError::Unavailable(source) => Self::caused_by(Failure::Unavailable, source),
        }
    }
}

impl From<UserError> for ApiError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::EmailTaken => Failure::EmailTaken.into(),
            UserError::NotFound => Failure::NotFound.into(),
            UserError::Oneself => Failure::Forbidden.into(),
            UserError::AlreadyImported | UserError::AlreadyRegistered => Failure::InvalidTransition.into(),
        }
    }
}

impl From<PlaceError> for ApiError {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::NotFound | PlaceError::NoSuchBlock(_) => Failure::NotFound.into(),
            PlaceError::NightsTaken => Failure::NightsUnavailable.into(),
            PlaceError::NightLimits => invalid("min_nights", "above_max_nights", "Must not be above max_nights."),
            PlaceError::OutOfBounds(errors) => Self::with_errors(Failure::ValidationFailed, errors),
            PlaceError::OutsideCalendar => {
                invalid("from", "outside_calendar", "Blocks begin today at the earliest and end within 24 months.")
            }
            PlaceError::AlreadyExists
            | PlaceError::AlreadyImported
            | PlaceError::Archived
            | PlaceError::Withheld
            | PlaceError::TooManyBlocks => Failure::InvalidTransition.into(),
        }
    }
}

impl From<BookingError> for ApiError {
    fn from(error: BookingError) -> Self {
        match error {
            BookingError::NotFound => Failure::NotFound.into(),
            BookingError::NotBookable => Failure::NotBookable.into(),
            BookingError::OwnPlace => Failure::OwnPlace.into(),
            BookingError::Unsuitable(errors) => Self::with_errors(Failure::ValidationFailed, errors),
            BookingError::NightsUnavailable => Failure::NightsUnavailable.into(),
            BookingError::StayStarted => Failure::StayStarted.into(),
            BookingError::AlreadyExists
            | BookingError::InvalidTransition(_)
            | BookingError::RequestExpired
            | BookingError::StayNotOver
            | BookingError::NotExpired => Failure::InvalidTransition.into(),
        }
    }
}

impl From<ReviewError> for ApiError {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::NotFound => Failure::NotFound.into(),
            ReviewError::AlreadyReviewed => Failure::AlreadyReviewed.into(),
            ReviewError::Unsuitable(errors) => Self::with_errors(Failure::ValidationFailed, errors),
            ReviewError::AlreadyExists
            | ReviewError::StayNotCompleted
            | ReviewError::WindowOver
            | ReviewError::TooEarly
            | ReviewError::NoReply
            | ReviewError::AlreadyReplied => Failure::InvalidTransition.into(),
        }
    }
}

fn invalid(field: &str, code: &'static str, message: &str) -> ApiError {
    let error: FieldError = Invalid::new(code, message).at(field);
    ApiError::with_errors(Failure::ValidationFailed, vec![error])
}
