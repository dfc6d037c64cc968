//! Whatever is asked of a booking, in whatever order: what always holds.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::{ask, offer, requested_at};
use crate::booking::{Booking, BookingCommand, BookingEvent, BookingStatus, Offer, Party};
use crate::testing::{BOOKING, PLACE, claims_of, held, replay};

/// What is asked, and how many hours after what was asked before.
type Step = (fn(Party, Timestamp) -> BookingCommand, Party, i64);

fn any_step() -> impl Strategy<Value = Step> {
    let commands: [fn(Party, Timestamp) -> BookingCommand; 6] = [
        |_, now| BookingCommand::Confirm { now },
        |by, now| BookingCommand::Decline { by, reason: None, now },
        |by, now| BookingCommand::Cancel { by, reason: None, now },
        |_, now| BookingCommand::Expire { now },
        |by, now| BookingCommand::Complete { by, now },
        |_, _| ask(offer()),
    ];
    let party = prop::sample::select(vec![Party::Guest, Party::Host, Party::System]);
    // Mostly hours, now and then days: so that some stays end within a dozen steps.
    let hours = prop_oneof![3 => 0_i64..12, 1 => 24_i64..200];
    (prop::sample::select(commands.to_vec()), party, hours)
}

fn is_final(status: BookingStatus) -> bool {
    match status {
        BookingStatus::Pending | BookingStatus::Confirmed => false,
        BookingStatus::Declined | BookingStatus::Cancelled | BookingStatus::Expired | BookingStatus::Completed => true,
    }
}

/// Everything that was recorded while `steps` were asked one after the other; checks each decision on the way.
fn live_through(instant: bool, steps: Vec<Step>) -> Vec<BookingEvent> {
    let mut events = Booking::default().decide(ask(Offer { instant, ..offer() })).unwrap();
    let mut now = requested_at();
    for (command, party, hours) in steps {
        now += hours.hours();
        let before: Booking = replay(&events);
        let Ok(decided) = before.decide(command(party, now)) else { continue };
        assert!(!is_final(before.status().unwrap()), "nothing follows an end");
        assert_eq!(decided.len(), 1);
        check_moment(&decided[0], now);
        events.extend(decided);
    }
    events
}

/// No event is recorded at a time at which it could not be.
fn check_moment(event: &BookingEvent, now: Timestamp) {
    let terms = offer();
    let (in_time, recorded) = match event {
        BookingEvent::Requested { .. } => panic!("a booking is requested once"),
        BookingEvent::Confirmed { at, .. } | BookingEvent::Declined { at, .. } => (now < terms.expires_at, at),
        BookingEvent::Cancelled { by: Party::Guest, at, .. } => (now < terms.check_in_at, at),
        BookingEvent::Cancelled { at, .. } => (now < terms.check_out_at, at),
        BookingEvent::Expired { at } => (now >= terms.expires_at, at),
        BookingEvent::Completed { at, .. } => (now >= terms.check_out_at, at),
    };
    assert!(in_time, "{event:?}");
    assert_eq!(*recorded, now);
}

proptest! {
    #[test]
    fn a_booking_lives_by_its_rules(instant: bool, steps in prop::collection::vec(any_step(), 0..12)) {
        let events = live_through(instant, steps);
        let booking: Booking = replay(&events);

        let holds = match booking.status().unwrap() {
            BookingStatus::Pending | BookingStatus::Confirmed | BookingStatus::Completed => {
                claims_of(PLACE, offer().nights, BOOKING)
            }
            BookingStatus::Declined | BookingStatus::Cancelled | BookingStatus::Expired => BTreeMap::new(),
        };
        prop_assert_eq!(held::<Booking>(&events), holds, "claims say the same as the status");

        let json = serde_json::to_string(&events).unwrap();
        let stored: Vec<BookingEvent> = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(replay::<Booking>(&stored), booking.clone(), "a replay gives the same state");

        let json = serde_json::to_string(&booking).unwrap();
        prop_assert_eq!(serde_json::from_str::<Booking>(&json).unwrap(), booking, "so does a snapshot");
    }

    #[test]
    fn two_requests_for_one_place_meet_exactly_where_they_share_a_night(
        one in 0_i32..12, other in 0_i32..12, one_length in 1_i32..6, other_length in 1_i32..6,
    ) {
        let stay = |start: i32, length: i32| {
            let from = offer().nights.check_in() + start.days();
            crate::Nights::new(from, from + length.days()).unwrap()
        };
        let (one, other) = (stay(one, one_length), stay(other, other_length));
        let claims = claims_of(PLACE, one, BOOKING);
        let clash = claims_of(PLACE, other, BOOKING).keys().any(|claim| claims.contains_key(claim));
        prop_assert_eq!(clash, one.overlaps(other));
    }
}
