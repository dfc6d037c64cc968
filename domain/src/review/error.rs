use crate::field::FieldError;

/// Why a review refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// There is no such review, or nobody but its author may know of it yet.
    #[error("there is no such review")]
    NotFound,
    /// The stream has its review already.
    #[error("the review exists already")]
    AlreadyExists,
    /// The author has reviewed the stay before.
    #[error("the author has reviewed the stay already")]
    AlreadyReviewed,
    /// Only completed stays are reviewed.
    #[error("the stay is not completed")]
    StayNotCompleted,
    /// The time to write is over.
    #[error("the time to review the stay is over")]
    WindowOver,
    /// The other's review is not in, and there is still time to write it.
    #[error("the review cannot be published yet")]
    TooEarly,
    /// Values that such a review cannot have; each is named.
    #[error("values do not apply")]
    Unsuitable(Vec<FieldError>),
    /// Only a host replies, and only to what was said of its place.
    #[error("nobody replies to a review of a guest")]
    NoReply,
    /// The host has replied before.
    #[error("the host has replied already")]
    AlreadyReplied,
}
