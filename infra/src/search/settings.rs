//! The settings of an index: what is searched, filtered and ordered by, and how words are understood.

use std::collections::{BTreeMap, BTreeSet};

use projections::search::{ONE_MISTAKE, STOP_WORDS, SYNONYMS, TWO_MISTAKES};
use serde_json::{Value, json};

/// Of everything in this file and of the documents' shape: to be raised with any change to them, so that an index is
/// filled with the new ones.
pub(super) const VERSION: u32 = 1;

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
        "displayedAttributes": ["id", "_geo", "title", "description"],
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
        "synonyms": synonyms(),
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
    let compared = ["price_minor", "capacity", "min_nights", "max_nights", "rating", "nights"];
    let named = ["id", "city_key", "currency", "price_band", "amenities", "instant_book", "rating_bar"];
    json!([feature(&compared, true), feature(&named, false), "_geo"])
}

/// What each word also stands for, in the plural too: the engine knows no stems.
fn synonyms() -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut all: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for group in SYNONYMS {
        for word in *group {
            for typed in forms(word) {
                let meant: Vec<&str> = group.iter().copied().filter(|meant| *meant != typed).collect();
                all.entry(typed).or_default().extend(meant);
            }
        }
    }
    all
}

/// How a word may be typed.
fn forms(word: &str) -> Vec<String> {
    match telling(word)[..] {
        [one] => ["", "s", "x", "es"].map(|ending| format!("{one}{ending}")).to_vec(),
        ref several => vec![several.join(" ")],
    }
}

/// The words of one synonym that are left of what is typed.
fn telling(synonym: &str) -> Vec<&str> {
    let words = synonym.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty() && !STOP_WORDS.contains(word)).collect()
}

/// The one word that two stand for, such as `jacuzzi` for `hot tub`. The engine finds it by the two as well, but as if
/// they were mistyped.
pub(super) fn as_one(pair: &[String]) -> Option<&'static str> {
    let stands_for_it = |group: &&[&str]| group.iter().any(|synonym| telling(synonym) == pair);
    let mut groups = SYNONYMS.iter().copied().filter(stands_for_it);
    groups.find_map(|group| group.iter().copied().find(|synonym| synonym.chars().all(char::is_alphanumeric)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_group_finds_the_others_in_the_plural_too() {
        let synonyms = synonyms();
        assert!(synonyms["flat"].contains("appartement") && synonyms["appartements"].contains("flat"));
        assert!(synonyms["flats"].contains("flat"));
        assert!(synonyms["bateaux"].contains("boat"));
        assert!(!synonyms["flat"].contains("flat"));
        // In two groups.
        assert!(synonyms["chambre"].contains("room") && synonyms["chambre"].contains("bedroom"));
    }

    #[test]
    fn several_words_stand_for_one_as_they_are_left_of_what_is_typed() {
        let synonyms = synonyms();
        assert!(synonyms["salle bain"].contains("bathroom") && synonyms["bathroom"].contains("salle de bain"));
        assert!(synonyms["hot tub"].contains("jacuzzi"));
        let pair = |one: &str, other: &str| [one.to_owned(), other.to_owned()];
        assert_eq!(as_one(&pair("hot", "tub")), Some("jacuzzi"));
        assert_eq!(as_one(&pair("salle", "bain")), Some("bathroom"));
        assert_eq!(as_one(&pair("hot", "dog")), None);
    }
}
