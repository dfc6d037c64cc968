//! What each decision records, beyond where it leads (see `matrix`).

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::ToSpan;
use uuid::Uuid;

use super::{ask, history, offer, requested, requested_at};
use crate::booking::{Booking, BookingCommand, BookingError, BookingEvent, BookingStatus, Offer, Party};
use crate::testing::{GUEST, HOST, PLACE, STRANGER, replay, text};

fn given(status: BookingStatus) -> AggregateTestExecutor<Booking> {
    TestFramework::<Booking>::with(()).given(history(status))
}

fn given_nothing() -> AggregateTestExecutor<Booking> {
    TestFramework::<Booking>::with(()).given_no_previous_events()
}

#[test]
fn a_request_freezes_the_offer_and_waits_for_the_host() {
    given_nothing().when(ask(offer())).then_expect_events(vec![requested(offer())]);
}

#[test]
fn a_request_of_an_instant_place_is_confirmed_at_once_by_the_system() {
    let instant = Offer { instant: true, ..offer() };
    given_nothing().when(ask(instant.clone())).then_expect_events(vec![
        requested(instant),
        BookingEvent::Confirmed { by: Party::System, check_out_at: offer().check_out_at, at: requested_at() },
    ]);
}

#[test]
fn a_host_does_not_book_its_own_place() {
    let own = Offer { host_id: GUEST, ..offer() };
    given_nothing().when(ask(own)).then_expect_error(BookingError::OwnPlace);
}

#[test]
fn a_host_does_not_book_its_own_instant_place_either() {
    let own = Offer { host_id: GUEST, instant: true, ..offer() };
    given_nothing().when(ask(own)).then_expect_error(BookingError::OwnPlace);
}

#[test]
fn a_host_accepts_a_request() {
    let now = requested_at() + 3.hours();
    given(BookingStatus::Pending).when(BookingCommand::Confirm { now }).then_expect_events(vec![
        BookingEvent::Confirmed { by: Party::Host, check_out_at: offer().check_out_at, at: now },
    ]);
}

#[test]
fn a_host_turns_a_request_down_and_may_say_why() {
    let (reason, now) = (Some(text("The roof leaks.")), requested_at() + 3.hours());
    given(BookingStatus::Pending)
        .when(BookingCommand::Decline { by: Party::Host, reason: reason.clone(), now })
        .then_expect_events(vec![BookingEvent::Declined { by: Party::Host, reason, at: now }]);
}

#[test]
fn the_system_turns_requests_down_where_the_place_is_withdrawn() {
    let now = requested_at() + 3.hours();
    given(BookingStatus::Pending)
        .when(BookingCommand::Decline { by: Party::System, reason: None, now })
        .then_expect_events(vec![BookingEvent::Declined { by: Party::System, reason: None, at: now }]);
}

#[test]
fn a_guest_calls_a_stay_off_and_says_why() {
    let (reason, now) = (Some(text("Ill.")), offer().check_in_at - 1.second());
    given(BookingStatus::Confirmed)
        .when(BookingCommand::Cancel { by: Party::Guest, reason: reason.clone(), now })
        .then_expect_events(vec![BookingEvent::Cancelled { by: Party::Guest, reason, at: now }]);
}

#[test]
fn a_guest_calls_its_own_request_off() {
    let now = requested_at() + 1.minute();
    given(BookingStatus::Pending)
        .when(BookingCommand::Cancel { by: Party::Guest, reason: None, now })
        .then_expect_events(vec![BookingEvent::Cancelled { by: Party::Guest, reason: None, at: now }]);
}

#[test]
fn an_expiry_is_recorded_when_its_timer_rings_however_late() {
    let late = offer().expires_at + 40.hours();
    given(BookingStatus::Pending)
        .when(BookingCommand::Expire { now: late })
        .then_expect_events(vec![BookingEvent::Expired { at: late }]);
}

#[test]
fn a_stay_is_completed_by_the_system_or_by_the_host() {
    let now = offer().check_out_at;
    for by in [Party::System, Party::Host] {
        given(BookingStatus::Confirmed)
            .when(BookingCommand::Complete { by, now })
            .then_expect_events(vec![BookingEvent::Completed { by, at: now }]);
    }
}

#[test]
fn a_second_answer_is_refused_with_the_state_it_met() {
    given(BookingStatus::Declined)
        .when(BookingCommand::Confirm { now: requested_at() + 2.hours() })
        .then_expect_error_message("not possible while Declined");
}

#[test]
fn a_booking_knows_its_parties() {
    let booking: Booking = replay(&history(BookingStatus::Pending));
    assert_eq!(booking.party(GUEST), Some(Party::Guest));
    assert_eq!(booking.party(HOST), Some(Party::Host));
    assert_eq!(booking.party(STRANGER), None);
    assert_eq!(booking.party(Uuid::nil()), None, "the system is nobody's party");
    assert_eq!(Booking::default().party(GUEST), None);
}

#[test]
fn a_booking_shows_its_frozen_terms() {
    let booking: Booking = replay(&history(BookingStatus::Completed));
    assert_eq!(booking.status(), Some(BookingStatus::Completed));
    assert_eq!(booking.guest_id(), Some(GUEST));
    assert_eq!(booking.place_version(), Some(3));
    assert_eq!(booking.offer(), Some(&offer()));
    assert_eq!(booking.offer().map(|offer| offer.place_id), Some(PLACE));
}

#[test]
fn an_event_without_a_request_changes_nothing() {
    let stray = BookingEvent::Confirmed { by: Party::Host, check_out_at: offer().check_out_at, at: requested_at() };
    assert_eq!(replay::<Booking>(&[stray]), Booking::default());
}

#[test]
fn names_in_answers_are_those_in_the_log() {
    for status in BookingStatus::ALL.iter().copied() {
        assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        assert_eq!(status.name().parse(), Ok(status));
    }
    for party in [Party::Guest, Party::Host, Party::System] {
        assert_eq!(serde_json::to_value(party).unwrap(), party.name());
    }
    assert_eq!("Pending".parse::<BookingStatus>().unwrap_err().code, "unknown_status");
}
