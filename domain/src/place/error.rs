use uuid::Uuid;

use crate::field::FieldError;

/// Why a place refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// There is no such place.
    #[error("there is no such place")]
    NotFound,
    /// The place, or the block, exists already.
    #[error("it exists already")]
    AlreadyExists,
    /// An archived place stays as it is.
    #[error("the place is archived")]
    Archived,
    /// An admin keeps the place off the list.
    #[error("the place is kept off the list")]
    Withheld,
    /// The shortest stay would be longer than the longest.
    #[error("min_nights is above max_nights")]
    NightLimits,
    /// Values of the place are out of their bounds; each is named.
    #[error("values are out of bounds")]
    OutOfBounds(Vec<FieldError>),
    /// A night of the block belongs to a booking or to another block.
    #[error("a night is taken")]
    NightsTaken,
    /// There is no such block.
    #[error("there is no block {0}")]
    NoSuchBlock(Uuid),
    /// The block begins in the past or lies too far ahead.
    #[error("the block is outside the calendar")]
    OutsideCalendar,
    /// The place holds as many blocks, now and to come, as it can.
    #[error("the place has too many blocks")]
    TooManyBlocks,
    /// The record was imported before.
    #[error("the record was imported before")]
    AlreadyImported,
}
