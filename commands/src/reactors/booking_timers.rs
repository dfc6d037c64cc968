//! Requests that nobody answers expire; stays complete by themselves.

use domain::booking::BookingEvent;
use domain::{Event, RecordedEvent};
use jiff::Timestamp;

use super::Task;

pub(super) fn react(recorded: &RecordedEvent) -> Option<(Timestamp, Task)> {
    let booking_id = recorded.aggregate_id;
    match &recorded.event {
        // Confirmed at once: the confirmation sets its timer.
        Event::Booking(BookingEvent::Requested { offer, .. }) if offer.instant => None,
        Event::Booking(BookingEvent::Requested { offer, .. }) => {
            Some((offer.expires_at, Task::ExpireRequest { booking_id }))
        }
        Event::Booking(BookingEvent::Confirmed { check_out_at, .. }) => {
            Some((*check_out_at, Task::CompleteStay { booking_id }))
        }
        Event::Booking(
            BookingEvent::Declined { .. }
            | BookingEvent::Cancelled { .. }
            | BookingEvent::Expired { .. }
            | BookingEvent::Completed { .. },
        )
        | Event::User(_)
        | Event::Place(_)
        | Event::Review(_)
        | Event::Amenity(_) => None,
    }
}
