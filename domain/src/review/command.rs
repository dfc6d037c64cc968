use jiff::Timestamp;
use uuid::Uuid;

use super::{Opinion, Subject};
use crate::text::Note;

/// What may be asked of a review.
#[derive(Debug, Clone, PartialEq)]
pub enum ReviewCommand {
    /// Write it.
    Submit(NewReview),
    /// Show it to others.
    Publish {
        /// The other's review of the stay.
        counterpart: Counterpart,
        /// Now.
        now: Timestamp,
    },
    /// Answer it as the place's host.
    Reply {
        /// The answer.
        text: Note,
        /// Now.
        now: Timestamp,
    },
    /// Take it away from the public.
    Hide {
        /// Who hides; nil for the operator.
        by: Uuid,
        /// Why.
        reason: Note,
        /// Now.
        now: Timestamp,
    },
}

/// What is known of the other party's review of the same stay, by that review's own stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counterpart {
    /// It has not been written.
    Missing,
    /// It has been written.
    Submitted,
    /// Others can read it, or could before it was hidden.
    Published,
}

/// The facts of a new review.
#[derive(Debug, Clone, PartialEq)]
pub struct NewReview {
    /// The review's own id.
    pub review_id: Uuid,
    /// Of which stay.
    pub booking_id: Uuid,
    /// Where.
    pub place_id: Uuid,
    /// Who stayed.
    pub guest_id: Uuid,
    /// Whose place it is.
    pub host_id: Uuid,
    /// About whom or what; that says who writes.
    pub subject: Subject,
    /// What the author says.
    pub opinion: Opinion,
    /// When the stay was completed, if it was.
    pub completed_at: Option<Timestamp>,
    /// The other's review.
    pub counterpart: Counterpart,
    /// Now.
    pub now: Timestamp,
}
