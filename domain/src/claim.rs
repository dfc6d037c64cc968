//! Set-wide rules that no single stream can decide: who may hold what.
//!
//! A claim is exclusive. Events take and give claims back (see [`crate::Logged::claims`]); only the
//! appender reads and writes the table behind them, in the transaction that appends the event.

use jiff::civil::Date;
use uuid::Uuid;

use crate::email::Email;
use crate::place::AmenityCode;

/// Something that at most one holder may have at a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Claim {
    /// An e-mail address belongs to one user. Holder: the user.
    Email(Email),
    /// A night of a place belongs to one booking or one block. Holder: the booking or the block.
    Night {
        /// The place.
        place_id: Uuid,
        /// The date on which the night begins, in the place's own time zone.
        night: Date,
    },
    /// A record of an outside source is imported once. Holder: the place or user made from it.
    Import {
        /// The source's name, such as `airbnb-listing`.
        source: String,
        /// The record's id within the source.
        id: String,
    },
    /// An author reviews a booking once. Holder: the review.
    Review {
        /// The completed booking.
        booking_id: Uuid,
        /// Who writes.
        author_id: Uuid,
    },
    /// A code belongs to one amenity of the catalogue. Holder: the amenity.
    Amenity(AmenityCode),
}

/// What one event does to the claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimChange {
    /// `holder` takes the claim; refused if anybody else has it.
    Take {
        /// What is taken.
        claim: Claim,
        /// Who has it from now on.
        holder: Uuid,
    },
    /// `holder` gives the claim back; nothing happens if it does not hold it.
    Release {
        /// What is given back.
        claim: Claim,
        /// Who had it.
        holder: Uuid,
    },
}
