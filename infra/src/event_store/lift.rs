//! From a stored event to today's: unseal, then upcast, one to many. The only place where this happens.

use cqrs_es::persist::SerializedEvent;
use cqrs_es::{Aggregate, DomainEvent};
use domain::amenity::Amenity;
use domain::booking::Booking;
use domain::place::Place;
use domain::review::Review;
use domain::user::User;
use domain::{Event, Logged, StoredEvent};
use serde_json::Value;

use crate::personal_data::{EventSeat, KeyRing, SealError, sealed_by, unseal};

/// A stored event that cannot be read: it must stop its reader, never be skipped.
#[derive(Debug, thiserror::Error)]
#[error("{event}: {fault}")]
pub struct LiftError {
    /// Which one, in words: stream, sequence, type and version as stored.
    pub event: String,
    /// What is wrong with it.
    #[source]
    pub fault: LiftFault,
}

/// What is wrong with a stored event. No variant carries personal data.
#[derive(Debug, thiserror::Error)]
pub enum LiftFault {
    /// No aggregate of this program has this type.
    #[error("unknown aggregate type")]
    UnknownAggregate,
    /// The personal data does not open.
    #[error("personal data: {0}")]
    Sealed(#[from] SealError),
    /// The aggregate has no such event, or its upcast does not lead to today's shape. Holds the parser's words, unless
    /// they might quote personal data.
    #[error("does not read as an event of today{}", .0.as_deref().map(|words| format!(": {words}")).unwrap_or_default())]
    Unreadable(Option<String>),
    /// It reads as an event of another type or version than the stored columns say, so an upcast is missing.
    #[error("reads as {event_type}, version {event_version}")]
    NotUpcast {
        /// What the payload reads as.
        event_type: String,
        /// What the payload reads as.
        event_version: String,
    },
    /// A stored column or the metadata has a form that the log never writes.
    #[error("malformed {0}")]
    Malformed(&'static str),
}

impl LiftError {
    pub(super) fn new(stored: &SerializedEvent, fault: LiftFault) -> Self {
        let SerializedEvent { aggregate_id, sequence, aggregate_type, event_type, event_version, .. } = stored;
        let event =
            format!("event {sequence} of {aggregate_type} {aggregate_id} ({event_type}, version {event_version})");
        Self { event, fault }
    }
}

/// Lifts an event of an `A`'s stream. `keys` must hold the keys of everybody who has sealed data in it (see
/// [`sealed_by`]).
///
/// # Errors
/// If any of it cannot be read; there is no partial result.
pub fn lift<A: Logged>(mut stored: SerializedEvent, keys: &KeyRing) -> Result<Vec<A::Event>, LiftError> {
    let payload = stored.payload.take();
    lift_payload::<A>(&stored, payload, keys).map_err(|fault| LiftError::new(&stored, fault))
}

/// Lifts an event of any stream.
///
/// # Errors
/// If any of it cannot be read; there is no partial result.
pub fn lift_any(stored: SerializedEvent, keys: &KeyRing) -> Result<Vec<Event>, LiftError> {
    match stored.aggregate_type.as_str() {
        User::TYPE => Ok(lift::<User>(stored, keys)?.into_iter().map(Event::User).collect()),
        Place::TYPE => Ok(lift::<Place>(stored, keys)?.into_iter().map(Event::Place).collect()),
        Booking::TYPE => Ok(lift::<Booking>(stored, keys)?.into_iter().map(Event::Booking).collect()),
        Review::TYPE => Ok(lift::<Review>(stored, keys)?.into_iter().map(Event::Review).collect()),
        Amenity::TYPE => Ok(lift::<Amenity>(stored, keys)?.into_iter().map(Event::Amenity).collect()),
        _ => Err(LiftError::new(&stored, LiftFault::UnknownAggregate)),
    }
}

fn lift_payload<A: Logged>(
    stored: &SerializedEvent,
    mut payload: Value,
    keys: &KeyRing,
) -> Result<Vec<A::Event>, LiftFault> {
    let is_sealed = sealed_by(&payload).is_some();
    let seat = EventSeat {
        aggregate_type: &stored.aggregate_type,
        aggregate_id: &stored.aggregate_id,
        sequence: stored.sequence as u64,
        event_type: &stored.event_type,
        event_version: &stored.event_version,
    };
    unseal(&mut payload, |person| keys.get(person), &seat)?;
    let (event_type, event_version) = (stored.event_type.clone(), stored.event_version.clone());
    let lifted = A::upcast(StoredEvent { event_type, event_version, payload });
    lifted.into_iter().map(|event| parse(event, is_sealed)).collect()
}

fn parse<E: DomainEvent>(stored: StoredEvent, is_sealed: bool) -> Result<E, LiftFault> {
    let event: E = serde_json::from_value(stored.payload)
        .map_err(|error| LiftFault::Unreadable((!is_sealed).then(|| error.to_string())))?;
    let (event_type, event_version) = (event.event_type(), event.event_version());
    if event_type == stored.event_type && event_version == stored.event_version {
        Ok(event)
    } else {
        Err(LiftFault::NotUpcast { event_type, event_version })
    }
}
