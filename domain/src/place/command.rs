use jiff::Timestamp;
use uuid::Uuid;

use super::{PlaceChanges, PlaceDetails};
use crate::nights::Nights;
use crate::text::Note;

/// What may be asked of a place.
#[derive(Debug, Clone, PartialEq)]
pub enum PlaceCommand {
    /// Make it.
    Create(NewPlace),
    /// Change what its host says of it.
    Change {
        /// What changes.
        changes: PlaceChanges,
        /// Now.
        now: Timestamp,
    },
    /// Show it to guests.
    Publish {
        /// Now.
        now: Timestamp,
    },
    /// Hide it from guests.
    Unpublish {
        /// Now.
        now: Timestamp,
    },
    /// End it for good.
    Archive {
        /// Now.
        now: Timestamp,
    },
    /// Take it off the list and keep it off.
    Withhold {
        /// Who; nil for the operator.
        by: Uuid,
        /// Why.
        reason: Note,
        /// Now.
        now: Timestamp,
    },
    /// Let its host list it again.
    Release {
        /// Who; nil for the operator.
        by: Uuid,
        /// Why.
        reason: Note,
        /// Now.
        now: Timestamp,
    },
    /// Keep nights free of bookings.
    Block {
        /// The new block's id.
        block_id: Uuid,
        /// Which nights.
        nights: Nights,
        /// For the host alone.
        reason: Option<Note>,
        /// Now.
        now: Timestamp,
    },
    /// Give the nights of a block back.
    Unblock {
        /// Which block.
        block_id: Uuid,
        /// Now.
        now: Timestamp,
    },
}

/// The facts of a new place.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPlace {
    /// The place's own id.
    pub place_id: Uuid,
    /// Its host.
    pub owner_id: Uuid,
    /// Whether only the host sees it at first.
    pub draft: bool,
    /// What the host says of it.
    pub details: PlaceDetails,
    /// The source and the record's id there, of an imported place.
    pub import: Option<(String, String)>,
    /// Now.
    pub now: Timestamp,
}
