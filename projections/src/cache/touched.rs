//! Which cached reads an event changes.

use std::collections::BTreeSet;

use domain::amenity::AmenityEvent;
use domain::place::PlaceEvent;
use domain::review::ReviewEvent;
use domain::user::UserEvent;
use domain::{Event, RecordedEvent};
use uuid::Uuid;

use super::source::Source;

/// The reads that events change. Some events do not name whom they change: the views know.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Touched {
    /// These places.
    pub(super) places: BTreeSet<Uuid>,
    /// Every place.
    pub(super) all_places: bool,
    /// These people.
    pub(super) users: BTreeSet<Uuid>,
    /// The hosts of these places.
    pub(super) hosts_of: BTreeSet<Uuid>,
    /// What and whom these reviews are about.
    pub(super) reviewed_by: BTreeSet<Uuid>,
}

impl Touched {
    /// Adds what changes as `source` takes an event in. Each view takes it in at a time of its own, so each is asked.
    pub(super) fn add(&mut self, source: Source, recorded: &RecordedEvent) {
        let id = recorded.aggregate_id;
        match (source, &recorded.event) {
            (Source::Users, Event::User(event)) => self.add_account(id, event),
            (Source::Places, Event::Place(event)) => self.add_place(id, event),
            (Source::Places, Event::User(event)) => self.add_host(id, event),
            (Source::Reviews, Event::Review(event)) => self.add_review(id, event),
            (Source::Amenities, Event::Amenity(event)) => self.add_amenity(event),
            (Source::Users, Event::Place(_) | Event::Booking(_) | Event::Review(_) | Event::Amenity(_))
            | (Source::Places, Event::Booking(_) | Event::Review(_) | Event::Amenity(_))
            | (Source::Reviews, Event::User(_) | Event::Place(_) | Event::Booking(_) | Event::Amenity(_))
            | (Source::Amenities, Event::User(_) | Event::Place(_) | Event::Booking(_) | Event::Review(_)) => {}
        }
    }

    fn add_account(&mut self, user_id: Uuid, event: &UserEvent) {
        match event {
            // A profile has its account's version: whatever happens to the account changes it.
            UserEvent::Registered { .. }
            | UserEvent::Imported { .. }
            | UserEvent::ProfileChanged { .. }
            | UserEvent::RoleGranted { .. }
            | UserEvent::RoleRevoked { .. }
            | UserEvent::EmailVerified { .. }
            | UserEvent::PasswordChanged { .. }
            | UserEvent::Suspended { .. }
            | UserEvent::Restored { .. }
            | UserEvent::Closed { .. } => {
                self.users.insert(user_id);
            }
        }
    }

    fn add_place(&mut self, place_id: Uuid, event: &PlaceEvent) {
        self.places.insert(place_id);
        match event {
            PlaceEvent::Created { owner_id, .. } => {
                self.users.insert(*owner_id);
            }
            // Its host lists one place more, or one less.
            PlaceEvent::Published { .. }
            | PlaceEvent::Unpublished { .. }
            | PlaceEvent::Archived { .. }
            | PlaceEvent::Withheld { .. } => {
                self.hosts_of.insert(place_id);
            }
            PlaceEvent::Changed { .. }
            | PlaceEvent::Released { .. }
            | PlaceEvent::NightsBlocked { .. }
            | PlaceEvent::BlockRemoved { .. } => {}
        }
    }

    fn add_host(&mut self, user_id: Uuid, event: &UserEvent) {
        match event {
            // All its places are hidden, or no longer. It is rare, so that nobody keeps account of whose a kept place is.
            UserEvent::Suspended { .. } | UserEvent::Restored { .. } => {
                self.users.insert(user_id);
                self.all_places = true;
            }
            UserEvent::Registered { .. }
            | UserEvent::Imported { .. }
            | UserEvent::ProfileChanged { .. }
            | UserEvent::RoleGranted { .. }
            | UserEvent::RoleRevoked { .. }
            | UserEvent::EmailVerified { .. }
            | UserEvent::PasswordChanged { .. }
            | UserEvent::Closed { .. } => {}
        }
    }

    fn add_review(&mut self, review_id: Uuid, event: &ReviewEvent) {
        match event {
            // It begins or ceases to count in averages.
            ReviewEvent::Published { .. } | ReviewEvent::Hidden { .. } => {
                self.reviewed_by.insert(review_id);
            }
            ReviewEvent::Submitted { .. } | ReviewEvent::Replied { .. } => {}
        }
    }

    fn add_amenity(&mut self, event: &AmenityEvent) {
        match event {
            // Places may have had its code before it had a name.
            AmenityEvent::Added { .. } => self.all_places = true,
        }
    }
}

#[cfg(test)]
mod tests;
