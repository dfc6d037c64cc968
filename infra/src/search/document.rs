//! A place as Meilisearch holds it.

use domain::place::Coordinates;
use jiff::Unit;
use jiff::civil::Date;
use projections::search::{PlaceDocument, rating_bar};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::readable::readable;

/// Numbers stand for whatever is compared or ordered: the engine keeps them as floats of 64 bits, which hold every one of
/// these exactly.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    id: Uuid,
    title: Option<String>,
    description: Option<String>,
    city: Option<String>,
    city_key: Option<&'a str>,
    country: Option<String>,
    amenity_names: Vec<String>,
    amenities: Vec<&'a str>,
    #[serde(rename = "_geo", skip_serializing_if = "Option::is_none")]
    geo: Option<Geo>,
    currency: &'static str,
    price_minor: i64,
    price_milli: i64,
    /// As [`band`] writes it.
    price_band: String,
    capacity: u32,
    min_nights: u32,
    max_nights: u32,
    instant_book: bool,
    rating: u32,
    /// Where the bar begins; 0 without reviews.
    rating_bar: u32,
    /// In microseconds since 1970.
    created: i64,
    /// The higher, the fewer words the title has; as the database has it.
    brevity: usize,
    /// As [`day`] numbers them.
    nights: Vec<i32>,
    /// What strangers are shown, as JSON in a text: the engine neither looks into it nor writes its numbers anew.
    shown: String,
}

/// Where strangers see it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Geo {
    pub(super) lat: f64,
    pub(super) lng: f64,
}

impl<'a> TryFrom<&'a PlaceDocument> for Document<'a> {
    type Error = serde_json::Error;

    fn try_from(document: &'a PlaceDocument) -> Result<Self, serde_json::Error> {
        let PlaceDocument { place, city_key, price_milli, price_band, rating, nights } = document;
        Ok(Self {
            id: place.place_id,
            title: place.title.as_deref().map(readable),
            description: place.description.as_deref().map(readable),
            city: place.city.as_deref().map(readable),
            city_key: city_key.as_deref(),
            country: place.country.as_deref().map(readable),
            amenity_names: document.amenity_names(),
            amenities: place.amenities.iter().map(|code| code.as_str()).collect(),
            geo: place.shown_coordinates.map(Geo::from),
            currency: place.price.currency.code(),
            price_minor: place.price.minor,
            price_milli: *price_milli,
            price_band: band(place.price.currency.code(), *price_band),
            capacity: place.capacity,
            min_nights: place.min_nights,
            max_nights: place.max_nights,
            instant_book: place.instant_book,
            rating: *rating,
            rating_bar: rating_bar(*rating).unwrap_or(0),
            created: place.created_at.as_microsecond(),
            brevity: brevity(place.title.as_deref().unwrap_or_default()),
            nights: nights.iter().copied().map(day).collect(),
            shown: serde_json::to_string(place)?,
        })
    }
}

impl From<Coordinates> for Geo {
    fn from(at: Coordinates) -> Self {
        Self { lat: at.latitude(), lng: at.longitude() }
    }
}

/// What is found in a title that holds little else was more likely meant.
fn brevity(title: &str) -> usize {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count();
    (30 / words.max(1)).min(9)
}

/// A bar of the histogram of prices: `EUR:3`.
fn band(currency: &str, number: i16) -> String {
    format!("{currency}:{number}")
}

/// The bar that [`band`] wrote.
pub(super) fn parse_band(text: &str) -> Option<(&str, i16)> {
    let (currency, number) = text.split_once(':')?;
    Some((currency, number.parse().ok()?))
}

/// The number of a date: days since 1970.
pub(super) fn day(date: Date) -> i32 {
    let since = Date::constant(1970, 1, 1).until((Unit::Day, date));
    // Dates reach from the year -9999 to 9999: neither the count nor its range can fail.
    since.map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_numbered_from_1970() {
        let numbers = [(1970, 1, 1), (1970, 1, 2), (1969, 12, 31), (2026, 11, 25)];
        assert_eq!(numbers.map(|(y, m, d)| day(Date::constant(y, m, d))), [0, 1, -1, 20_782]);
    }

    #[test]
    fn a_bar_is_read_as_it_was_written() {
        assert_eq!(parse_band(&band("EUR", 3)), Some(("EUR", 3)));
        assert_eq!(parse_band("EUR"), None);
    }
}
