//! The second review of a stay publishes both.

use domain::review::ReviewEvent;
use domain::{Event, RecordedEvent};
use jiff::Timestamp;

use super::Task;

pub(super) fn react(recorded: &RecordedEvent) -> Option<(Timestamp, Task)> {
    match &recorded.event {
        Event::Review(ReviewEvent::Submitted { booking_id, at, .. }) => {
            Some((*at, Task::PublishPair { booking_id: *booking_id }))
        }
        Event::Review(ReviewEvent::Published { .. } | ReviewEvent::Replied { .. } | ReviewEvent::Hidden { .. })
        | Event::User(_)
        | Event::Place(_)
        | Event::Booking(_)
        | Event::Amenity(_) => None,
    }
}
