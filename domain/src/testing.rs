//! Values and folds that the tests of several nouns share.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, time};
use uuid::Uuid;

use crate::claim::{Claim, ClaimChange};
use crate::log::Logged;
use crate::money::{Currency, Money};
use crate::nights::Nights;
use crate::place::{Coordinates, LocationPrecision, PlaceDetails, PlaceEvent, PlaceStatus};
use crate::text::Text;

pub(crate) const GUEST: Uuid = Uuid::from_u128(1);
pub(crate) const HOST: Uuid = Uuid::from_u128(2);
pub(crate) const PLACE: Uuid = Uuid::from_u128(3);
pub(crate) const BOOKING: Uuid = Uuid::from_u128(4);
pub(crate) const STRANGER: Uuid = Uuid::from_u128(5);

pub(crate) fn at(instant: &str) -> Timestamp {
    instant.parse().unwrap()
}

pub(crate) fn date(day: &str) -> Date {
    day.parse().unwrap()
}

pub(crate) fn nights(check_in: &str, check_out: &str) -> Nights {
    Nights::new(date(check_in), date(check_out)).unwrap()
}

pub(crate) fn text<const MIN: usize, const MAX: usize, const LINES: bool>(raw: &str) -> Text<MIN, MAX, LINES> {
    Text::parse(raw).unwrap()
}

pub(crate) fn eur(amount: &str) -> Money {
    Money::price(amount, Currency::EUR).unwrap()
}

/// A flat in Paris for four, from two to thirty nights, on request.
pub(crate) fn details() -> PlaceDetails {
    PlaceDetails {
        title: Some(text("Canal flat")),
        description: Some(text("Bright.\nQuiet.")),
        price: eur("120.00"),
        coordinates: Some(Coordinates::new(48.8701, 2.3655).unwrap()),
        location_precision: LocationPrecision::Approximate,
        address: Some(text("12 quai de Valmy")),
        city: Some(text("Paris")),
        country: Some(text("France")),
        time_zone: "Europe/Paris".parse().unwrap(),
        capacity: 4,
        min_nights: 2,
        max_nights: 30,
        check_in_time: time(15, 0, 0, 0),
        check_out_time: time(11, 0, 0, 0),
        house_rules: Some(text("No smoking")),
        instant_book: false,
        amenities: vec![],
    }
}

/// The creation of a place that guests can book.
pub(crate) fn listed(details: PlaceDetails) -> PlaceEvent {
    PlaceEvent::Created {
        place_id: PLACE,
        owner_id: HOST,
        status: PlaceStatus::Listed,
        details,
        import: None,
        at: at("2026-01-01T00:00:00Z"),
    }
}

/// The state that events lead to.
pub(crate) fn replay<A: Logged>(events: &[A::Event]) -> A {
    events.iter().cloned().fold(A::default(), |mut state, event| {
        state.apply(event);
        state
    })
}

/// Who holds what after events, by the rules of the appender: nobody takes what another holds.
pub(crate) fn held<A: Logged>(events: &[A::Event]) -> BTreeMap<Claim, Uuid> {
    let mut held = BTreeMap::new();
    let mut state = A::default();
    for event in events {
        for change in state.claims(event) {
            match change {
                ClaimChange::Take { claim, holder } => {
                    let before = held.insert(claim.clone(), holder);
                    assert!(before.is_none_or(|before| before == holder), "{claim:?} was held by another");
                }
                ClaimChange::Release { claim, holder } => {
                    if held.get(&claim) == Some(&holder) {
                        held.remove(&claim);
                    }
                }
            }
        }
        state.apply(event.clone());
    }
    held
}

/// The claims on a place's nights.
pub(crate) fn claims_of(place_id: Uuid, nights: Nights, holder: Uuid) -> BTreeMap<Claim, Uuid> {
    nights.iter().map(|night| (Claim::Night { place_id, night }, holder)).collect()
}
