//! A place that is withdrawn declines its requests; an account that is closed withdraws its places.

use domain::place::PlaceEvent;
use domain::user::UserEvent;
use domain::{Event, RecordedEvent};
use jiff::Timestamp;

use super::Task;

pub(super) fn react(recorded: &RecordedEvent) -> Option<(Timestamp, Task)> {
    match &recorded.event {
        Event::Place(
            PlaceEvent::Unpublished { at } | PlaceEvent::Archived { at } | PlaceEvent::Withheld { at, .. },
        ) => Some((*at, Task::DeclineRequests { place_id: recorded.aggregate_id, withdrawn: recorded.sequence })),
        Event::User(UserEvent::Closed { at }) => {
            Some((*at, Task::WindUpAccount { user_id: recorded.aggregate_id, position: recorded.position }))
        }
        Event::Place(
            PlaceEvent::Created { .. }
            | PlaceEvent::Changed { .. }
            | PlaceEvent::Published { .. }
            | PlaceEvent::Released { .. }
            | PlaceEvent::NightsBlocked { .. }
            | PlaceEvent::BlockRemoved { .. },
        )
        | Event::User(
            UserEvent::Registered { .. }
            | UserEvent::Imported { .. }
            | UserEvent::ProfileChanged { .. }
            | UserEvent::RoleGranted { .. }
            | UserEvent::RoleRevoked { .. }
            | UserEvent::EmailVerified { .. }
            | UserEvent::PasswordChanged { .. }
            | UserEvent::Suspended { .. }
            | UserEvent::Restored { .. },
        )
        | Event::Booking(_)
        | Event::Review(_)
        | Event::Amenity(_) => None,
    }
}
