use super::BookingStatus;
use crate::field::FieldError;

/// Why a booking refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BookingError {
    /// There is no such booking.
    #[error("there is no such booking")]
    NotFound,
    /// The booking exists already.
    #[error("the booking exists already")]
    AlreadyExists,
    /// The place is not listed.
    #[error("the place cannot be booked")]
    NotBookable,
    /// The host asks for its own place.
    #[error("the place is the guest's own")]
    OwnPlace,
    /// The stay breaks rules of the place; each is named.
    #[error("the stay breaks rules of the place")]
    Unsuitable(Vec<FieldError>),
    /// A night belongs to another booking or to a block.
    #[error("a night is taken")]
    NightsUnavailable,
    /// The booking's state does not allow it.
    #[error("not possible while {0:?}")]
    InvalidTransition(BookingStatus),
    /// Nobody answered the request in time.
    #[error("the request has expired")]
    RequestExpired,
    /// The stay has begun: the guest can no longer cancel.
    #[error("the stay has begun")]
    StayStarted,
    /// The stay is not over.
    #[error("the stay is not over")]
    StayNotOver,
    /// The request can still be answered.
    #[error("the request has not expired")]
    NotExpired,
}
