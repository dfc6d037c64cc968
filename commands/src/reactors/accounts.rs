//! What must happen to an account although the process that decided on it may have died: the new password is good,
//! sessions end.

use domain::user::UserEvent;
use domain::{Event, RecordedEvent};
use jiff::Timestamp;

use super::Task;

pub(super) fn react(recorded: &RecordedEvent) -> Option<(Timestamp, Task)> {
    let user_id = recorded.aggregate_id;
    match &recorded.event {
        Event::User(UserEvent::PasswordChanged { change_id, proof: _, kept_session, at }) => {
            let (change_id, kept_session, version) = (*change_id, *kept_session, recorded.sequence);
            Some((*at, Task::AdoptPassword { user_id, change_id, kept_session, version, changed_at: *at }))
        }
        Event::User(UserEvent::Suspended { by: _, reason: _, at }) => {
            Some((*at, Task::EndSessions { user_id, opened_by: *at }))
        }
        Event::User(
            UserEvent::Registered { .. }
            | UserEvent::Imported { .. }
            | UserEvent::ProfileChanged { .. }
            | UserEvent::RoleGranted { .. }
            | UserEvent::RoleRevoked { .. }
            | UserEvent::EmailVerified { .. }
            | UserEvent::Restored { .. }
            | UserEvent::Closed { .. },
        )
        | Event::Place(_)
        | Event::Booking(_)
        | Event::Review(_)
        | Event::Amenity(_) => None,
    }
}
