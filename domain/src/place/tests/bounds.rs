//! Values of a place that make no sense on their own.

use super::{create, given, history, now};
use crate::nights::Nights;
use crate::place::{
    AmenityCode, Coordinates, LocationPrecision, PlaceChanges, PlaceCommand, PlaceDetails, PlaceError, PlaceStatus,
};
use crate::testing::details;

fn amenities(count: usize) -> Vec<AmenityCode> {
    (0..count).map(|n| AmenityCode::parse(&format!("amenity_{n}")).unwrap()).collect()
}

/// Field and code of each value out of bounds.
fn broken(details: PlaceDetails) -> Vec<(String, &'static str)> {
    details.out_of_bounds().into_iter().map(|error| (error.field, error.code)).collect()
}

#[test]
fn numbers_are_at_least_one_and_at_most_their_largest() {
    let numbers = |capacity, min_nights, max_nights| PlaceDetails { capacity, min_nights, max_nights, ..details() };
    assert_eq!(broken(numbers(1, 1, 1)), []);
    assert_eq!(broken(numbers(PlaceDetails::MAX_CAPACITY, Nights::MAX, Nights::MAX)), []);
    for beyond in [numbers(0, 0, 0), numbers(1_001, 731, 731), numbers(u32::MAX, u32::MAX, u32::MAX)] {
        let expected = ["capacity", "min_nights", "max_nights"].map(|field| (field.to_owned(), "out_of_range"));
        assert_eq!(broken(beyond), expected, "all are named at once");
    }
}

#[test]
fn amenities_are_named_once_and_are_not_too_many() {
    let with = |amenities| PlaceDetails { amenities, ..details() };
    assert_eq!(broken(with(amenities(PlaceDetails::MAX_AMENITIES))), []);
    assert_eq!(broken(with(amenities(201))), [("amenities".to_owned(), "too_many")]);
    assert_eq!(broken(with([amenities(2), amenities(1)].concat())), [("amenities".to_owned(), "repeated")]);
}

#[test]
fn a_place_out_of_bounds_is_not_made() {
    let nobody = PlaceDetails { capacity: 0, ..details() };
    let errors = nobody.out_of_bounds();
    given(vec![]).when(create(nobody)).then_expect_error(PlaceError::OutOfBounds(errors));
}

#[test]
fn a_place_whose_shortest_stay_is_longer_than_its_longest_is_not_made() {
    let contradictory = PlaceDetails { min_nights: 8, max_nights: 7, ..details() };
    given(vec![]).when(create(contradictory)).then_expect_error(PlaceError::NightLimits);
}

#[test]
fn a_place_is_not_changed_out_of_its_bounds() {
    let changes = PlaceChanges { max_nights: Some(731), ..Default::default() };
    let errors = PlaceDetails { max_nights: 731, ..details() }.out_of_bounds();
    given(history(PlaceStatus::Listed))
        .when(PlaceCommand::Change { changes, now: now() })
        .then_expect_error(PlaceError::OutOfBounds(errors));
}

#[test]
fn coordinates_are_on_the_earth() {
    for (latitude, longitude) in [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0), (-0.0, -0.0)] {
        assert!(Coordinates::new(latitude, longitude).is_ok());
    }
    for (latitude, longitude) in
        [(90.001, 0.0), (-91.0, 0.0), (0.0, 180.001), (0.0, -181.0), (f64::NAN, 0.0), (0.0, f64::INFINITY)]
    {
        assert_eq!(Coordinates::new(latitude, longitude).unwrap_err().code, "out_of_range");
    }
}

#[test]
fn coordinates_survive_the_log_to_the_last_bit() {
    let point = Coordinates::new(0.0, -127.755_027_037_799_07).unwrap();
    let json = serde_json::to_string(&point).unwrap();
    assert_eq!(serde_json::from_str::<Coordinates>(&json).unwrap(), point);
}

#[test]
fn strangers_see_coordinates_snapped_to_a_hundredth_of_a_degree() {
    let snapped = |latitude, longitude| {
        let point = Coordinates::new(latitude, longitude).unwrap().snapped();
        (point.latitude(), point.longitude())
    };
    assert_eq!(snapped(48.8701, 2.3655), (48.87, 2.37));
    assert_eq!(snapped(-33.8688, -70.6693), (-33.87, -70.67));
    assert_eq!(snapped(89.999, 179.999), (90.0, 180.0), "never off the Earth");
}

#[test]
fn amenity_codes_are_plain_words() {
    for code in ["wifi", "hot_tub_2", "a", &"x".repeat(64)] {
        assert_eq!(AmenityCode::parse(code).unwrap().as_str(), code);
    }
    for code in ["", "Wifi", "wi-fi", "wi fi", "wifi\u{0}", "wıfi", "सौना", &"x".repeat(65)] {
        assert_eq!(AmenityCode::parse(code).unwrap_err().code, "invalid_code", "{code:?}");
    }
}

#[test]
fn names_of_precisions_are_those_in_the_log() {
    for precision in [LocationPrecision::Approximate, LocationPrecision::Exact] {
        assert_eq!(serde_json::to_value(precision).unwrap(), precision.name());
        assert_eq!(precision.name().parse(), Ok(precision));
    }
    assert_eq!("fuzzy".parse::<LocationPrecision>().unwrap_err().code, "unknown_precision");
}
