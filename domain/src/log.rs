//! What the log must know of the aggregates beyond what `cqrs-es` asks of them.

use std::collections::HashMap;

use cqrs_es::Aggregate;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::amenity::AmenityEvent;
use crate::booking::BookingEvent;
use crate::claim::{Claim, ClaimChange};
use crate::place::PlaceEvent;
use crate::review::ReviewEvent;
use crate::user::UserEvent;

/// An aggregate whose events go to the log.
pub trait Logged: Aggregate<Event: 'static> + Clone + 'static {
    /// What `event` takes and gives back; `self` is the state before it.
    fn claims(&self, event: &Self::Event) -> Vec<ClaimChange>;

    /// Which fields of `event` are somebody's personal data; `self` is the state before it.
    fn personal_data(&self, event: &Self::Event) -> Option<PersonalData>;

    /// The domain's own error for a claim that somebody else holds.
    fn claim_taken(claim: &Claim) -> Self::Error;

    /// Lifts a stored event of an older version to today's: none, one or several in its place.
    ///
    /// `payload` is the event's JSON, its personal data unsealed. Returns it unchanged where it is of today's version.
    fn upcast(stored: StoredEvent) -> Vec<StoredEvent> {
        vec![stored]
    }
}

/// The parts of a stored event that an upcast reads and writes.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// `DomainEvent::event_type` as it was when stored.
    pub event_type: String,
    /// `DomainEvent::event_version` as it was when stored.
    pub event_version: String,
    /// The event's JSON, personal data unsealed.
    pub payload: Value,
}

/// The fields of one event that are sealed under a person's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalData {
    /// Whose key seals them.
    pub subject: Uuid,
    /// Top-level fields of the event. A field that the event does not have is skipped; after erasure each reads as `null`.
    pub fields: &'static [&'static str],
}

/// Any event of the log, lifted to today's version.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Of a user's stream.
    User(UserEvent),
    /// Of a place's stream.
    Place(PlaceEvent),
    /// Of a booking's stream.
    Booking(BookingEvent),
    /// Of a review's stream.
    Review(ReviewEvent),
    /// Of an amenity's stream.
    Amenity(AmenityEvent),
}

/// An event as it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedEvent {
    /// 1, 2, 3, ... over the whole log.
    pub position: u64,
    /// When the log recorded it; never decreasing with position.
    pub recorded_at: Timestamp,
    /// The aggregate's id.
    pub aggregate_id: Uuid,
    /// 1, 2, 3, ... within the stream: the aggregate's version after it.
    pub sequence: u64,
    /// `command_id`, `request_id`, `actor_id` where known.
    pub metadata: HashMap<String, String>,
    /// What happened. An old event may have been lifted to several: they share position and sequence.
    pub event: Event,
}

#[cfg(test)]
mod any_event;
#[cfg(test)]
mod tests;
