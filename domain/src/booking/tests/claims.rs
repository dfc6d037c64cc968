//! What each event takes and gives back: the rule that sells no night twice.

use std::collections::BTreeMap;

use super::{history, offer, requested};
use crate::booking::{Booking, BookingError, BookingStatus, Offer};
use crate::claim::{Claim, ClaimChange};
use crate::log::Logged;
use crate::testing::{BOOKING, PLACE, STRANGER, claims_of, date, held};

fn nights_held_while(status: BookingStatus) -> BTreeMap<Claim, uuid::Uuid> {
    held::<Booking>(&history(status))
}

#[test]
fn a_request_takes_each_night_but_not_the_day_of_departure() {
    let take = |day| ClaimChange::Take { claim: Claim::Night { place_id: PLACE, night: date(day) }, holder: BOOKING };
    assert_eq!(
        Booking::default().claims(&requested(offer())),
        [take("2026-06-10"), take("2026-06-11"), take("2026-06-12")]
    );
}

#[test]
fn a_pending_or_confirmed_booking_holds_its_nights() {
    let nights = claims_of(PLACE, offer().nights, BOOKING);
    assert_eq!(nights_held_while(BookingStatus::Pending), nights);
    assert_eq!(nights_held_while(BookingStatus::Confirmed), nights);
}

#[test]
fn a_declined_booking_frees_its_nights() {
    assert_eq!(nights_held_while(BookingStatus::Declined), BTreeMap::new());
}

#[test]
fn a_cancelled_booking_frees_its_nights() {
    assert_eq!(nights_held_while(BookingStatus::Cancelled), BTreeMap::new());
}

#[test]
fn an_expired_booking_frees_its_nights() {
    assert_eq!(nights_held_while(BookingStatus::Expired), BTreeMap::new());
}

#[test]
fn a_completed_stay_keeps_its_nights_for_good() {
    // They are past where the place was, but a host may move its place to a zone where the last one is still to come.
    assert_eq!(nights_held_while(BookingStatus::Completed), claims_of(PLACE, offer().nights, BOOKING));
}

#[test]
fn the_nights_are_those_of_the_frozen_offer_even_for_two_years() {
    let long = Offer { nights: crate::testing::nights("2026-06-10", "2028-06-09"), ..offer() };
    assert_eq!(Booking::default().claims(&requested(long)).len(), 730, "within the appender's 750 per command");
}

#[test]
fn a_taken_night_makes_the_nights_unavailable() {
    let night = Claim::Night { place_id: PLACE, night: date("2026-06-10") };
    assert_eq!(Booking::claim_taken(&night), BookingError::NightsUnavailable);
    // No other claim is a booking's: whatever comes back, it is a conflict and not a success.
    let other = Claim::Review { booking_id: BOOKING, author_id: STRANGER };
    assert_eq!(Booking::claim_taken(&other), BookingError::NightsUnavailable);
}
