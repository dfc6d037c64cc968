//! What a person wishes of places, among whatever else a client keeps for them.

use serde_json::{Value, json};

use crate::place::{AmenityCode, Coordinates};
use crate::testing::{eur, text};
use crate::user::{Preferences, Radius, WishedLocation, Wishes};

fn stored(json: Value) -> Preferences {
    serde_json::from_value(json).unwrap()
}

fn around(latitude: f64, longitude: f64, km: Option<f64>) -> WishedLocation {
    WishedLocation::at(Coordinates::new(latitude, longitude).unwrap()).within(km.map(|km| Radius::new(km).unwrap()))
}

#[test]
fn wishes_are_found_again_among_switches() {
    let wishes = Wishes {
        max_price: Some(eur("150")),
        location: Some(around(48.8566, -2.35, Some(7.5))),
        amenities: ["wifi", "pool"].map(|code| AmenityCode::parse(code).unwrap()).into(),
    };
    let switches = json!({"email_booking": false, "theme": "dark"});
    let preferences = Preferences::new(wishes.clone(), switches.as_object().unwrap().clone());
    let expected = json!({
        "email_booking": false, "theme": "dark", "max_price": {"amount": "150.00", "currency": "EUR"},
        "preferred_location": "48.8566,-2.35", "preferred_radius": 7.5, "amenities": ["wifi", "pool"],
    });
    assert_eq!(serde_json::to_value(&preferences).unwrap(), expected);
    assert_eq!(stored(expected).wishes(), wishes);
}

#[test]
fn a_city_has_no_radius_and_a_whole_one_stays_whole() {
    let location = Some(WishedLocation::City(text("Saint-Étienne")).within(Some(Radius::DEFAULT)));
    let of_city = Preferences::new(Wishes { location, ..Wishes::default() }, serde_json::Map::new());
    assert_eq!(serde_json::to_value(of_city).unwrap(), json!({"preferred_location": "Saint-Étienne"}));
    let location = Some(around(1.0, 2.0, Some(5.0)));
    let around = Preferences::new(Wishes { location, ..Wishes::default() }, serde_json::Map::new());
    assert_eq!(around.as_map()["preferred_radius"].to_string(), "5");
}

#[test]
fn only_wishes_are_kept_under_their_names() {
    let beside = json!({"max_price": 7, "amenities": "all", "volume": 3});
    let preferences = Preferences::new(Wishes::default(), beside.as_object().unwrap().clone());
    assert_eq!(serde_json::to_value(preferences).unwrap(), json!({"volume": 3}));
}

#[test]
fn what_older_events_have_under_these_names_is_kept_and_wishes_nothing() {
    let old = json!({"max_price": 200, "preferred_location": [1, 2], "preferred_radius": "far", "amenities": true,
        "theme": {"dark": true}});
    let preferences = stored(old.clone());
    assert_eq!(preferences.wishes(), Wishes::default());
    assert_eq!(serde_json::to_value(preferences).unwrap(), old);
}

#[test]
fn a_location_is_a_point_where_it_reads_as_one() {
    assert_eq!(WishedLocation::parse(" 48.85 , 2.35"), Ok(around(48.85, 2.35, None)));
    assert_eq!(WishedLocation::parse("Washington, D.C."), Ok(WishedLocation::City(text("Washington, D.C."))));
    assert_eq!(WishedLocation::parse("91,0").unwrap_err().code, "out_of_range");
    assert_eq!(WishedLocation::parse(" ").unwrap_err().code, "blank");
    assert_eq!(WishedLocation::parse("NaN,0"), Ok(WishedLocation::City(text("NaN,0"))));
}

#[test]
fn a_radius_is_above_zero_and_at_most_500_km() {
    for km in [0.0, -1.0, 500.1, f64::NAN, f64::INFINITY] {
        assert_eq!(Radius::new(km).unwrap_err().code, "out_of_range", "{km}");
    }
    assert_eq!(Radius::new(500.0).unwrap().km(), 500.0);
}
