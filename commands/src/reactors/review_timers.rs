//! A review that stays alone is published when the time to write is over.

use domain::review::ReviewEvent;
use domain::{Event, RecordedEvent};
use jiff::Timestamp;

use super::Task;

pub(super) fn react(recorded: &RecordedEvent) -> Option<(Timestamp, Task)> {
    match &recorded.event {
        Event::Review(ReviewEvent::Submitted { review_id, window_end, .. }) => {
            Some((*window_end, Task::PublishReview { review_id: *review_id }))
        }
        Event::Review(ReviewEvent::Published { .. } | ReviewEvent::Replied { .. } | ReviewEvent::Hidden { .. })
        | Event::User(_)
        | Event::Place(_)
        | Event::Booking(_)
        | Event::Amenity(_) => None,
    }
}
