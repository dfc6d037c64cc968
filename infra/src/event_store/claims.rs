//! How a claim is known in the `claims` table.

use domain::{Claim, ClaimChange};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::personal_data::MasterKey;

/// The kind of a claim on a night.
pub(super) const NIGHT: i16 = 2;
/// The kind of a claim on the review of a booking by an author.
pub(super) const REVIEW: i16 = 4;
/// The kind of a claim on an amenity's code.
pub(super) const AMENITY: i16 = 5;

/// A claim's primary key. Equal claims have equal keys, and no personal data can be read from one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ClaimKey {
    /// See the constants in [`ClaimKey::new`].
    pub(super) kind: i16,
    /// At most 32 bytes.
    pub(super) key: Vec<u8>,
}

impl ClaimKey {
    /// The key of what `change` is about.
    pub(super) fn of(change: &ClaimChange, master: &MasterKey) -> Self {
        let (ClaimChange::Take { claim, .. } | ClaimChange::Release { claim, .. }) = change;
        Self::new(claim, master)
    }

    /// The key of `claim`. Stored for ever: neither the numbers nor the bytes may change.
    pub(super) fn new(claim: &Claim, master: &MasterKey) -> Self {
        match claim {
            Claim::Email(email) => Self { kind: 1, key: master.email_claim(&email.canonical()).to_vec() },
            Claim::Night { place_id, night } => Self { kind: NIGHT, key: night_key(*place_id, *night) },
            Claim::Import { source, id } => {
                // The length keeps ("ab", "c") and ("a", "bc") apart; the digest keeps long ids within an index row.
                let mut digest = Sha256::new();
                digest.update((source.len() as u64).to_be_bytes());
                digest.update(source);
                digest.update(id);
                Self { kind: 3, key: digest.finalize().to_vec() }
            }
            Claim::Review { booking_id, author_id } => {
                Self { kind: REVIEW, key: [&booking_id.as_bytes()[..], author_id.as_bytes()].concat() }
            }
            // The digest keeps long codes within an index row.
            Claim::Amenity(code) => Self { kind: AMENITY, key: Sha256::digest(code.as_str()).to_vec() },
        }
    }
}

/// The key of a place's night. Those of one place follow each other as their dates do.
pub(super) fn night_key(place_id: Uuid, night: Date) -> Vec<u8> {
    let [year_high, year_low] = night.year().to_be_bytes();
    // Months and days are positive and below 32: the cast keeps them as they are.
    let date = [year_high, year_low, night.month().unsigned_abs(), night.day().unsigned_abs()];
    [&place_id.as_bytes()[..], &date].concat()
}
