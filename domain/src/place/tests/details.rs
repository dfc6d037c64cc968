//! Changing what a host says of a place.

use jiff::civil::time;
use proptest::prelude::*;

use super::{given, history, now};
use crate::patch::Patch;
use crate::place::{
    AmenityCode, Coordinates, LocationPrecision, Place, PlaceChanges, PlaceCommand, PlaceDetails, PlaceError,
    PlaceEvent, PlaceStatus,
};
use crate::testing::{details, eur, replay, text};

fn change(changes: PlaceChanges) -> PlaceCommand {
    PlaceCommand::Change { changes, now: now() }
}

/// A change of every field at once.
fn everything() -> PlaceChanges {
    PlaceChanges {
        title: Patch::Set(text("Loft")),
        description: Patch::Set(text("Dark.")),
        price: Some(eur("99.99")),
        coordinates: Patch::Set(Coordinates::new(42.35, -71.06).unwrap()),
        location_precision: Some(LocationPrecision::Exact),
        address: Patch::Set(text("1 Beacon St")),
        city: Patch::Set(text("Boston")),
        country: Patch::Set(text("USA")),
        time_zone: Some("America/New_York".parse().unwrap()),
        capacity: Some(2),
        min_nights: Some(3),
        max_nights: Some(300),
        check_in_time: Some(time(16, 0, 0, 0)),
        check_out_time: Some(time(10, 30, 0, 0)),
        house_rules: Patch::Set(text("No shoes")),
        instant_book: Some(true),
        amenities: Some(vec![AmenityCode::parse("wifi").unwrap()]),
    }
}

/// The change that repeats what already is.
fn nothing_new(details: PlaceDetails) -> PlaceChanges {
    fn patch<T>(value: Option<T>) -> Patch<T> {
        value.map_or(Patch::Clear, Patch::Set)
    }
    PlaceChanges {
        title: patch(details.title),
        description: patch(details.description),
        price: Some(details.price),
        coordinates: patch(details.coordinates),
        location_precision: Some(details.location_precision),
        address: patch(details.address),
        city: patch(details.city),
        country: patch(details.country),
        time_zone: Some(details.time_zone),
        capacity: Some(details.capacity),
        min_nights: Some(details.min_nights),
        max_nights: Some(details.max_nights),
        check_in_time: Some(details.check_in_time),
        check_out_time: Some(details.check_out_time),
        house_rules: patch(details.house_rules),
        instant_book: Some(details.instant_book),
        amenities: Some(details.amenities),
    }
}

#[test]
fn a_change_records_only_what_is_new() {
    let changes = PlaceChanges { price: Some(eur("99.99")), capacity: Some(details().capacity), ..Default::default() };
    let new = PlaceChanges { price: Some(eur("99.99")), ..Default::default() };
    given(history(PlaceStatus::Listed))
        .when(change(changes))
        .then_expect_events(vec![PlaceEvent::Changed { changes: new, at: now() }]);
}

#[test]
fn every_field_can_change() {
    given(history(PlaceStatus::Listed))
        .when(change(everything()))
        .then_expect_events(vec![PlaceEvent::Changed { changes: everything(), at: now() }]);
}

#[test]
fn what_changed_is_what_the_place_then_says() {
    let events =
        [history(PlaceStatus::Listed), vec![PlaceEvent::Changed { changes: everything(), at: now() }]].concat();
    let changed: Place = replay(&events);
    assert_eq!(nothing_new(changed.details().unwrap().clone()), everything());
}

#[test]
fn a_change_to_what_already_is_records_nothing() {
    given(history(PlaceStatus::Listed)).when(change(nothing_new(details()))).then_expect_events(vec![]);
    given(history(PlaceStatus::Listed)).when(change(PlaceChanges::default())).then_expect_events(vec![]);
}

#[test]
fn null_clears_what_may_be_absent() {
    let cleared = PlaceChanges { house_rules: Patch::Clear, address: Patch::Clear, ..Default::default() };
    let events = [history(PlaceStatus::Listed), vec![PlaceEvent::Changed { changes: cleared, at: now() }]].concat();
    let place: Place = replay(&events);
    let expected = PlaceDetails { house_rules: None, address: None, ..details() };
    assert_eq!(place.details(), Some(&expected));
}

#[test]
fn the_shortest_stay_is_never_longer_than_the_longest() {
    for changes in [
        PlaceChanges { min_nights: Some(31), ..Default::default() },
        PlaceChanges { max_nights: Some(1), ..Default::default() },
        PlaceChanges { min_nights: Some(9), max_nights: Some(8), ..Default::default() },
    ] {
        given(history(PlaceStatus::Listed)).when(change(changes)).then_expect_error(PlaceError::NightLimits);
    }
    let both = PlaceChanges { min_nights: Some(40), max_nights: Some(40), ..Default::default() };
    given(history(PlaceStatus::Listed))
        .when(change(both.clone()))
        .then_expect_events(vec![PlaceEvent::Changed { changes: both, at: now() }]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn applying_a_difference_is_applying_the_change(picked in prop::collection::vec(any::<bool>(), 17)) {
        // Any selection of fields, as a client's merge patch may name.
        let mut json = serde_json::to_value(everything()).unwrap();
        let mut picked = picked.into_iter();
        json.as_object_mut().unwrap().retain(|_, _| picked.next().unwrap());
        let changes: PlaceChanges = serde_json::from_value(json).unwrap();

        let (mut direct, mut by_difference) = (details(), details());
        by_difference.apply(details().difference(changes.clone()));
        direct.apply(changes.clone());
        prop_assert_eq!(&direct, &by_difference);
        prop_assert!(direct.difference(changes).is_empty(), "a repeat has nothing to do");
    }
}
