//! What a place offers for a stay, and which of its rules a stay may break.

use jiff::civil::{Date, date, time};
use jiff::{Timestamp, ToSpan};

use crate::booking::{BookingError, LineKind, Offer, Price, PriceLine, first_bookable_night};
use crate::money::{Currency, Money};
use crate::nights::Nights;
use crate::place::{Place, PlaceDetails, PlaceEvent};
use crate::testing::{HOST, PLACE, at, details, eur, listed, nights, replay};

/// Noon in Paris on the first of June.
fn now() -> Timestamp {
    at("2026-06-01T10:00:00Z")
}

fn offer(details: PlaceDetails, nights: Nights, guests: u32, now: Timestamp) -> Result<Offer, BookingError> {
    Offer::of(PLACE, &replay(&[listed(details)]), nights, guests, now)
}

/// Field and code of each rule that a stay breaks.
fn broken(result: Result<Offer, BookingError>) -> Vec<(String, &'static str)> {
    match result.unwrap_err() {
        BookingError::Unsuitable(fields) => fields.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("{other}"),
    }
}

fn one(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

fn in_zone(zone: &str) -> PlaceDetails {
    PlaceDetails { time_zone: zone.parse().unwrap(), ..details() }
}

fn any_length() -> PlaceDetails {
    PlaceDetails { min_nights: 1, max_nights: Nights::MAX, ..details() }
}

#[test]
fn an_offer_holds_the_terms_of_the_place() {
    let stay = nights("2026-06-10", "2026-06-13");
    let (unit, amount) = (eur("120.00"), eur("360.00"));
    let offered = offer(details(), stay, 2, now()).unwrap();
    assert_eq!(
        offered,
        Offer {
            place_id: PLACE,
            host_id: HOST,
            nights: stay,
            guests: 2,
            price: Price {
                lines: vec![PriceLine { kind: LineKind::Nights, quantity: 3, unit, amount }],
                total: amount,
            },
            time_zone: "Europe/Paris".parse().unwrap(),
            check_in_at: at("2026-06-10T13:00:00Z"),
            check_out_at: at("2026-06-13T09:00:00Z"),
            expires_at: at("2026-06-02T10:00:00Z"),
            instant: false,
        }
    );
}

#[test]
fn a_request_expires_after_a_day() {
    let offered = offer(details(), nights("2026-06-03", "2026-06-05"), 1, now()).unwrap();
    assert_eq!(offered.expires_at, now() + 24.hours());
}

#[test]
fn a_request_for_tonight_expires_at_check_in_time() {
    let offered = offer(details(), nights("2026-06-01", "2026-06-03"), 1, now()).unwrap();
    assert_eq!(offered.expires_at, at("2026-06-01T13:00:00Z"));
    assert_eq!(offered.expires_at, offered.check_in_at);
}

#[test]
fn a_request_after_check_in_time_could_not_be_answered() {
    let tonight = nights("2026-06-01", "2026-06-03");
    let check_in = at("2026-06-01T13:00:00Z");
    assert!(offer(details(), tonight, 1, check_in - 1.nanosecond()).is_ok());
    assert_eq!(broken(offer(details(), tonight, 1, check_in)), one("check_in", "past"));
}

#[test]
fn an_instant_place_can_be_booked_for_tonight_until_midnight_there() {
    let instant = PlaceDetails { instant_book: true, ..details() };
    let tonight = nights("2026-06-01", "2026-06-03");
    let midnight = at("2026-06-01T22:00:00Z");
    assert!(offer(instant.clone(), tonight, 1, midnight - 1.nanosecond()).is_ok());
    assert_eq!(broken(offer(instant, tonight, 1, midnight)), one("check_in", "past"));
}

#[test]
fn the_first_bookable_night_is_the_first_that_is_offered() {
    for instant_book in [false, true] {
        let details = PlaceDetails { instant_book, ..details() };
        for now in
            ["2026-06-01T12:59:59Z", "2026-06-01T13:00:00Z", "2026-06-01T21:59:59Z", "2026-06-01T22:00:00Z"].map(at)
        {
            let first = first_bookable_night(&details.time_zone, details.check_in_time, instant_book, now);
            let from = |night: Date| Nights::new(night, night.saturating_add(2.days())).unwrap();
            assert!(offer(details.clone(), from(first), 1, now).is_ok(), "{now} {instant_book}");
            let earlier = offer(details.clone(), from(first.saturating_sub(1.day())), 1, now);
            assert_eq!(broken(earlier), one("check_in", "past"), "{now} {instant_book}");
        }
    }
}

#[test]
fn today_is_the_date_at_the_place_and_not_in_utc() {
    let tonight = nights("2026-06-01", "2026-06-03");
    // Already the second of June there, still the first in UTC; and the other way round.
    let eastward = broken(offer(in_zone("Pacific/Kiritimati"), tonight, 1, at("2026-06-01T10:00:00Z")));
    assert_eq!(eastward, one("check_in", "past"));
    assert!(offer(in_zone("Pacific/Pago_Pago"), tonight, 1, at("2026-06-02T01:00:00Z")).is_ok());
}

#[test]
fn arrival_and_departure_follow_the_clocks_of_the_place() {
    // Clocks go forward in the night of 28 March: the stay is an hour shorter.
    let spring = offer(details(), nights("2027-03-27", "2027-03-29"), 1, now()).unwrap();
    assert_eq!((spring.check_in_at, spring.check_out_at), (at("2027-03-27T14:00:00Z"), at("2027-03-29T09:00:00Z")));
}

#[test]
fn an_ambiguous_check_in_time_is_the_earlier_one_and_a_missing_one_moves_forward() {
    let night_owl = PlaceDetails { check_in_time: time(2, 30, 0, 0), ..details() };
    let autumn = offer(night_owl.clone(), nights("2026-10-25", "2026-10-27"), 1, now()).unwrap();
    assert_eq!(autumn.check_in_at, at("2026-10-25T00:30:00Z"));
    let spring = offer(night_owl, nights("2027-03-28", "2027-03-30"), 1, now()).unwrap();
    assert_eq!(spring.check_in_at, at("2027-03-28T01:30:00Z"));
}

#[test]
fn yesterday_is_past() {
    assert_eq!(broken(offer(details(), nights("2026-05-31", "2026-06-02"), 1, now())), one("check_in", "past"));
}

#[test]
fn a_calendar_reaches_24_months_ahead() {
    assert!(offer(any_length(), nights("2028-05-30", "2028-06-01"), 1, now()).is_ok());
    let beyond = offer(any_length(), nights("2028-05-30", "2028-06-02"), 1, now());
    assert_eq!(broken(beyond), one("check_out", "too_far"));
}

#[test]
fn twenty_four_months_from_a_leap_day_end_in_february() {
    let leap_day = at("2028-02-29T10:00:00Z");
    assert!(offer(any_length(), nights("2030-02-25", "2030-02-28"), 1, leap_day).is_ok());
    let beyond = offer(any_length(), nights("2030-02-25", "2030-03-01"), 1, leap_day);
    assert_eq!(broken(beyond), one("check_out", "too_far"));
}

#[test]
fn a_stay_is_within_the_nights_that_the_place_allows() {
    let length = |count: i32| {
        let from = date(2026, 6, 10);
        offer(details(), Nights::new(from, from + count.days()).unwrap(), 1, now())
    };
    assert_eq!(broken(length(1)), one("check_out", "too_few_nights"));
    assert!(length(2).is_ok() && length(30).is_ok());
    assert_eq!(broken(length(31)), one("check_out", "too_many_nights"));
}

#[test]
fn guests_are_at_least_one_and_at_most_the_capacity() {
    let party = |guests| offer(details(), nights("2026-06-10", "2026-06-13"), guests, now());
    assert_eq!(broken(party(0)), one("guests", "too_few"));
    assert!(party(1).is_ok() && party(4).is_ok());
    assert_eq!(broken(party(5)), one("guests", "above_capacity"));
    assert_eq!(broken(party(u32::MAX)), one("guests", "above_capacity"));
}

#[test]
fn every_broken_rule_is_named_at_once() {
    let expected: Vec<_> = [("check_in", "past"), ("check_out", "too_few_nights"), ("guests", "above_capacity")]
        .map(|(field, code)| (field.to_owned(), code))
        .into();
    assert_eq!(broken(offer(details(), nights("2026-05-01", "2026-05-02"), 9, now())), expected);
}

#[test]
fn only_a_listed_place_can_be_booked() {
    let at = at("2026-02-01T00:00:00Z");
    let stay = nights("2026-06-10", "2026-06-13");
    let after = |event: PlaceEvent| replay::<Place>(&[listed(details()), event]);
    for place in [Place::default(), after(PlaceEvent::Unpublished { at }), after(PlaceEvent::Archived { at })] {
        assert_eq!(Offer::of(PLACE, &place, stay, 1, now()), Err(BookingError::NotBookable));
    }
}

#[test]
fn a_hidden_place_does_not_tell_its_rules() {
    let hidden: Place = replay(&[listed(details()), PlaceEvent::Unpublished { at: at("2026-02-01T00:00:00Z") }]);
    let unsuitable = Offer::of(PLACE, &hidden, nights("2020-01-01", "2020-01-02"), 99, now());
    assert_eq!(unsuitable, Err(BookingError::NotBookable));
}

#[test]
fn an_amount_beyond_64_bits_is_not_offered() {
    let dear = PlaceDetails { price: Money { minor: i64::MAX / 2, currency: Currency::EUR }, ..details() };
    let stay = nights("2026-06-10", "2026-06-13");
    assert_eq!(offer(dear, stay, 1, now()), Err(BookingError::NotBookable));
}

#[test]
fn the_dearest_price_for_the_longest_stay_fits() {
    for currency in Currency::ALL.iter().copied() {
        let largest = (1..=14).rev().find_map(|zeros| Money::price(&format!("1e{zeros}"), currency).ok()).unwrap();
        let stay = nights("2026-06-02", "2028-05-31");
        assert!(offer(PlaceDetails { price: largest, ..any_length() }, stay, 1, now()).is_ok(), "{currency}");
    }
}

#[test]
fn the_end_of_the_calendar_is_an_answer_and_not_a_panic() {
    let late = PlaceDetails { min_nights: 1, check_out_time: time(23, 59, 0, 0), ..in_zone("Pacific/Pago_Pago") };
    let last = nights("9999-12-29", "9999-12-30");
    let result = offer(late, last, 1, at("9999-12-28T12:00:00Z"));
    assert_eq!(broken(result), one("check_out", "out_of_range"));
    let past = nights("2026-06-10", "2026-06-13");
    assert!(offer(details(), past, 1, Timestamp::MAX).is_err());
    assert_eq!(broken(offer(details(), past, 1, Timestamp::MIN)), one("check_out", "too_far"));
}
