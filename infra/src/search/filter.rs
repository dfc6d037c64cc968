//! What must hold, in Meilisearch's language of filters. Everything in it is a number, a code of ours or an id, but for
//! the name of a city, of which only letters and digits stand for themselves.

use std::fmt::Write;

use domain::place::Coordinates;
use projections::search::{Area, EARTH_RADIUS_KM, PlaceFilter, PriceRange, fold};
use uuid::Uuid;

use super::document::day;

/// The sphere on which Meilisearch measures (the crate `geoutils`).
const THEIR_RADIUS_KM: f64 = 6371.0;

/// The condition; empty where anything will do. The engine (1.50) takes the parts in their order, each among the places
/// that the ones before have left: first what is looked up by a value, then the map, then ranges, which it reads value by
/// value.
pub(super) fn expression(filter: &PlaceFilter, excluded: &[Uuid]) -> String {
    let mut all: Vec<String> = Vec::new();
    all.extend(filter.price.map(|price| format!("currency = {}", quoted(price.currency.code()))));
    all.extend(filter.amenities.iter().map(|code| format!("amenities = {}", quoted(code.as_str()))));
    all.extend(filter.instant_book.map(|instant| format!("instant_book = {instant}")));
    all.extend(filter.area.as_ref().map(area));
    if let Some(price) = filter.price {
        push_price(&mut all, price);
    }
    if let Some(stay) = filter.stay {
        let (first, last, nights) = (day(stay.check_in()), day(stay.check_out()) - 1, stay.count());
        all.push(format!("min_nights <= {nights}"));
        all.push(format!("max_nights >= {nights}"));
        all.push(format!("NOT nights {first} TO {last}"));
    }
    all.extend(filter.guests.map(|guests| format!("capacity >= {guests}")));
    // Without reviews the rating is 0, which a least of 0 must not let in.
    all.extend(filter.rating_min.map(|least| format!("rating >= {}", least.max(1))));
    if !excluded.is_empty() {
        let ids: Vec<String> = excluded.iter().map(|id| format!("\"{id}\"")).collect();
        all.push(format!("id NOT IN [{}]", ids.join(", ")));
    }
    all.join(" AND ")
}

fn push_price(all: &mut Vec<String>, price: PriceRange) {
    match (price.min_minor, price.max_minor) {
        // One range is read once.
        (Some(least), Some(most)) => all.push(format!("price_minor {least} TO {most}")),
        (least, most) => {
            all.extend(least.map(|least| format!("price_minor >= {least}")));
            all.extend(most.map(|most| format!("price_minor <= {most}")));
        }
    }
}

fn area(area: &Area) -> String {
    match area {
        Area::City(city) => format!("city_key = {}", quoted(&fold(city))),
        Area::Around { centre, radius_km } => circle(*centre, *radius_km),
        Area::Box(bounds) => {
            let (low, high) = (bounds.south_west, bounds.north_east);
            let corner = |at: Coordinates| format!("[{}, {}]", at.latitude(), at.longitude());
            // One whose west lies east of its east is understood to cross the date line.
            format!("_geoBoundingBox({}, {})", corner(high), corner(low))
        }
    }
}

/// Within so many kilometres of a point.
pub(super) fn circle(centre: Coordinates, radius_km: f64) -> String {
    let metres = radius_km * 1_000.0 * THEIR_RADIUS_KM / EARTH_RADIUS_KM;
    format!("_geoRadius({}, {}, {metres})", centre.latitude(), centre.longitude())
}

/// A text that is nothing but a value, whatever it holds: what could be anything else is written by its number.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        if c.is_alphanumeric() || c == ' ' {
            quoted.push(c);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(quoted, "\\u{{{:x}}}", u32::from(c));
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use domain::place::AmenityCode;
    use domain::{Currency, Nights};
    use projections::search::GeoBox;

    use super::*;

    fn in_area(area: Area) -> String {
        expression(&PlaceFilter { area: Some(area), ..PlaceFilter::default() }, &[])
    }

    #[test]
    fn every_condition_is_written() {
        let at = |text: &str| text.parse().unwrap();
        let filter = PlaceFilter {
            price: Some(PriceRange { currency: Currency::EUR, min_minor: Some(5_000), max_minor: Some(20_000) }),
            amenities: vec![AmenityCode::parse("air_conditioning").unwrap()],
            stay: Some(Nights::new(at("1970-01-11"), at("1970-01-14")).unwrap()),
            guests: Some(4),
            rating_min: Some(0),
            instant_book: Some(true),
            area: Some(Area::Around { centre: Coordinates::new(0.0, 1.0).unwrap(), radius_km: 0.0 }),
        };
        assert_eq!(
            expression(&filter, &[Uuid::from_u128(1)]),
            "currency = \"EUR\" AND amenities = \"air\\u{5f}conditioning\" AND instant_book = true \
             AND _geoRadius(0, 1, 0) AND price_minor 5000 TO 20000 AND min_nights <= 3 AND max_nights >= 3 \
             AND NOT nights 10 TO 12 AND capacity >= 4 AND rating >= 1 \
             AND id NOT IN [\"00000000-0000-0000-0000-000000000001\"]"
        );
        assert_eq!(expression(&PlaceFilter::default(), &[]), "");
    }

    #[test]
    fn the_name_of_a_city_cannot_say_anything_else() {
        for typed in ["x\" OR capacity > 0 OR city_key = \"", "x' OR 1 = 1", "\\", "x\\\" OR ", "_geoRadius(0,0,1)", ""]
        {
            let written = in_area(Area::City(typed.to_owned()));
            let value = written.strip_prefix("city_key = \"").and_then(|rest| rest.strip_suffix('"')).unwrap();
            let is_inert = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '\\' | '{' | '}');
            assert!(value.chars().all(is_inert), "{written}");
        }
        assert_eq!(in_area(Area::City("Saint-Étienne".to_owned())), "city_key = \"saint etienne\"");
        assert_eq!(in_area(Area::City("St. Louis".to_owned())), "city_key = \"st\\u{2e} louis\"");
    }

    #[test]
    fn circles_are_measured_on_our_sphere() {
        let centre = Coordinates::new(-33.5, 151.25).unwrap();
        let written = in_area(Area::Around { centre, radius_km: 10.0 });
        assert!(written.starts_with("_geoRadius(-33.5, 151.25, 9999.98"), "{written}");
    }

    #[test]
    fn boxes_are_named_by_their_corners() {
        let (south_west, north_east) =
            (Coordinates::new(-18.0, 179.0).unwrap(), Coordinates::new(-16.0, -179.0).unwrap());
        let written = in_area(Area::Box(GeoBox { south_west, north_east }));
        assert_eq!(written, "_geoBoundingBox([-16, -179], [-18, 179])");
    }
}
