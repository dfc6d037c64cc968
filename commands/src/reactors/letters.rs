//! What people are told by mail.

use domain::user::UserEvent;
use domain::{Event, RecordedEvent};
use jiff::Timestamp;

use super::{Letter, Task};

pub(super) fn react(recorded: &RecordedEvent) -> Option<(Timestamp, Task)> {
    let (at, letter) = match &recorded.event {
        Event::User(UserEvent::Registered { at, .. }) => (at, Letter::Welcome),
        Event::User(UserEvent::PasswordChanged { at, .. }) => (at, Letter::PasswordChanged),
        Event::User(
            UserEvent::Imported { .. }
            | UserEvent::ProfileChanged { .. }
            | UserEvent::RoleGranted { .. }
            | UserEvent::RoleRevoked { .. }
            | UserEvent::EmailVerified { .. }
            | UserEvent::Suspended { .. }
            | UserEvent::Restored { .. }
            | UserEvent::Closed { .. },
        )
        | Event::Place(_)
        | Event::Booking(_)
        | Event::Review(_)
        | Event::Amenity(_) => return None,
    };
    Some((*at, Task::SendLetter { letter, user_id: recorded.aggregate_id }))
}
