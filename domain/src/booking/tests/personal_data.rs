//! Who wrote what, and so whose key seals it.

use super::{history, offer, requested, requested_at};
use crate::booking::{Booking, BookingEvent, BookingStatus, Party};
use crate::log::{Logged, PersonalData};
use crate::testing::{GUEST, HOST, replay, text};

fn sealed_for(event: &BookingEvent) -> Option<PersonalData> {
    replay::<Booking>(&history(BookingStatus::Confirmed)).personal_data(event)
}

fn cancelled(by: Party) -> BookingEvent {
    BookingEvent::Cancelled { by, reason: Some(text("Ill.")), at: requested_at() }
}

fn declined(by: Party) -> BookingEvent {
    BookingEvent::Declined { by, reason: Some(text("Full.")), at: requested_at() }
}

#[test]
fn the_message_of_a_request_is_the_guests() {
    let sealed = Booking::default().personal_data(&requested(offer()));
    assert_eq!(sealed, Some(PersonalData { subject: GUEST, fields: &["message"] }));
}

#[test]
fn a_reason_belongs_to_who_gave_it() {
    let reason_of = |subject| Some(PersonalData { subject, fields: &["reason"] });
    assert_eq!(sealed_for(&cancelled(Party::Guest)), reason_of(GUEST));
    assert_eq!(sealed_for(&cancelled(Party::Host)), reason_of(HOST));
    assert_eq!(sealed_for(&declined(Party::Host)), reason_of(HOST));
}

#[test]
fn what_the_system_says_is_nobodys() {
    assert_eq!(sealed_for(&declined(Party::System)), None);
    assert_eq!(sealed_for(&cancelled(Party::System)), None);
}

#[test]
fn the_other_events_hold_nothing_that_a_person_wrote() {
    let at = requested_at();
    for event in [
        BookingEvent::Confirmed { by: Party::Host, check_out_at: offer().check_out_at, at },
        BookingEvent::Expired { at },
        BookingEvent::Completed { by: Party::Host, at },
    ] {
        assert_eq!(sealed_for(&event), None);
    }
}
