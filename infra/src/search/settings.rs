//! The settings of an index: what is searched, filtered and ordered by, and how words are understood.

use projections::search::{ONE_MISTAKE, STOP_WORDS, SYNONYMS, TWO_MISTAKES};
use serde_json::{Value, json};

/// Of the settings, the synonyms in them, and what documents are made of: to be raised with any change to them, so that an
/// index is filled with the new ones. A test notices settings and shapes that were changed without it.
pub(super) const VERSION: u32 = 3;

/// How deep a list may be read. Pages end at 10,000 rows; cursors go on as far as this.
pub(super) const DEEPEST: usize = 1_000_000;

/// Longer than a client of ours waits: an answer that was cut off would be in another order, and pages would not fit
/// together.
const CUTOFF_MS: u32 = 3_000;

/// More than there are bars of prices, amenities or cities of any size.
const FACET_VALUES: u32 = 2_000;

/// The settings as the engine takes them.
pub(super) fn settings() -> Value {
    json!({
        // The first ones count most.
        "searchableAttributes": ["title", "city", "country", "amenity_names", "description"],
        "displayedAttributes": ["id", "_geo", "title", "description", "created", "price_milli", "rating", "shown"],
        "filterableAttributes": filterable(),
        "sortableAttributes": ["created", "price_milli", "rating", "id", "_geo"],
        // An order that was asked for comes before how well the words fit. Where they stand counts more than how close
        // together, and a title of little else more than one that begins so. The id makes every order total.
        "rankingRules": [
            "sort", "words", "typo", "attributeRank", "proximity", "brevity:desc", "exactness", "created:desc", "id:asc",
        ],
        "typoTolerance": {
            "enabled": true,
            "minWordSizeForTypos": { "oneTypo": ONE_MISTAKE, "twoTypos": TWO_MISTAKES },
        },
        "stopWords": STOP_WORDS,
        // The engine knows no stems: each form is listed.
        "synonyms": *SYNONYMS,
        "localizedAttributes": [{ "attributePatterns": ["*"], "locales": ["eng", "fra"] }],
        "pagination": { "maxTotalHits": DEEPEST },
        "faceting": { "maxValuesPerFacet": FACET_VALUES, "sortFacetValuesBy": { "*": "count" } },
        // Nobody types the value of a facet.
        "facetSearch": false,
        "searchCutoffMs": CUTOFF_MS,
    })
}

fn filterable() -> Value {
    let feature = |attributes: &[&str], comparison: bool| {
        json!({
            "attributePatterns": attributes,
            "features": { "facetSearch": false, "filter": { "equality": true, "comparison": comparison } },
        })
    };
    let compared =
        ["price_minor", "price_milli", "created", "capacity", "min_nights", "max_nights", "rating", "nights"];
    let named = ["id", "city_key", "currency", "price_band", "amenities", "instant_book", "rating_bar"];
    json!([feature(&compared, true), feature(&named, false), "_geo"])
}

/// The one word that two stand for, such as `jacuzzi` for `hot tub`. The engine finds it by the two as well, but as if
/// they were mistyped.
pub(super) fn as_one(pair: &[String]) -> Option<&'static str> {
    let others = SYNONYMS.get(&pair.join(" "))?;
    others.iter().copied().find(|synonym| synonym.chars().all(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use domain::place::{AmenityCode, Coordinates, LocationPrecision, PlaceStatus};
    use domain::{Currency, Money};
    use jiff::civil::{Date, Time};
    use projections::place::PlaceRow;
    use projections::search::PlaceDocument;
    use sha2::{Digest as _, Sha256};
    use uuid::Uuid;

    use super::*;
    use crate::search::document::Document;

    #[test]
    fn what_an_index_is_made_of_has_the_version_that_it_was_given() {
        let text = |text: &str| Some(text.to_owned());
        let place = PlaceRow {
            place_id: Uuid::from_u128(1),
            owner_id: Uuid::from_u128(2),
            status: PlaceStatus::Listed,
            hidden: false,
            title: text("★Straße★ Houseboat"),
            description: text("On the water."),
            price: Money { minor: 12_345, currency: Currency::EUR },
            coordinates: None,
            shown_coordinates: Some(Coordinates::new(45.43, 4.39).unwrap()),
            location_precision: LocationPrecision::Approximate,
            address: None,
            city: text("Saint-Étienne"),
            country: text("France"),
            time_zone: "Europe/Paris".parse().unwrap(),
            capacity: 4,
            min_nights: 2,
            max_nights: 30,
            check_in_time: Time::constant(15, 0, 0, 0),
            check_out_time: Time::constant(11, 0, 0, 0),
            house_rules: text("No shoes."),
            instant_book: true,
            amenities: vec![AmenityCode::parse("wifi").unwrap()],
            version: 7,
            created_at: "2026-11-26T12:00:00Z".parse().unwrap(),
            updated_at: "2026-11-27T12:00:00Z".parse().unwrap(),
        };
        let place = PlaceDocument {
            place,
            city_key: text("saint etienne"),
            price_milli: 123_450,
            price_band: 7,
            rating: 467,
            nights: vec![Date::constant(2026, 12, 24)],
        };
        let made_of = json!([settings(), Document::try_from(&place).unwrap()]).to_string();
        let digest = format!("{:x}", Sha256::digest(made_of));
        assert_eq!((VERSION, &digest[..16]), (3, "77efe63e5fbe0a24"), "raise VERSION, and write down both");
    }

    #[test]
    fn two_words_are_found_by_the_one_that_they_stand_for() {
        let pair = |one: &str, other: &str| [one.to_owned(), other.to_owned()];
        assert_eq!(as_one(&pair("hot", "tub")), Some("jacuzzi"));
        assert_eq!(as_one(&pair("salle", "bain")), Some("bathroom"));
        assert_eq!(as_one(&pair("hot", "dog")), None);
    }
}
