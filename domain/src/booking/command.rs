use jiff::Timestamp;
use uuid::Uuid;

use super::{Offer, Party};
use crate::text::Note;

/// What may be asked of a booking.
#[derive(Debug, Clone, PartialEq)]
pub enum BookingCommand {
    /// Ask for nights.
    Request(BookingRequest),
    /// Accept the request.
    Confirm {
        /// Now.
        now: Timestamp,
    },
    /// Turn the request down.
    Decline {
        /// The host, or the system where the place was withdrawn.
        by: Party,
        /// Why.
        reason: Option<Note>,
        /// Now.
        now: Timestamp,
    },
    /// Call it off.
    Cancel {
        /// The guest or the host.
        by: Party,
        /// Why.
        reason: Option<Note>,
        /// Now.
        now: Timestamp,
    },
    /// Record that nobody answered.
    Expire {
        /// Now.
        now: Timestamp,
    },
    /// Record that the stay is over.
    Complete {
        /// The host, or the system.
        by: Party,
        /// Now.
        now: Timestamp,
    },
}

/// The facts of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct BookingRequest {
    /// The booking's own id.
    pub booking_id: Uuid,
    /// Who asks.
    pub guest_id: Uuid,
    /// What the place offers for the stay now.
    pub offer: Offer,
    /// The version of the place that makes it.
    pub place_version: u64,
    /// To the host.
    pub message: Option<Note>,
    /// Now.
    pub now: Timestamp,
}
