//! What is answered.

use std::collections::BTreeMap;

use domain::Currency;

use super::Engine;
use crate::Key;
use crate::place::PlaceRow;

/// Part of what was found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchAnswer {
    /// Who found it.
    pub engine: Engine,
    /// The places, in order.
    pub places: Vec<FoundPlace>,
    /// How many match, and what they have; only where a page was asked for.
    pub matches: Option<Matches>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<Key>,
}

/// A place that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPlace {
    /// As strangers see it: without its exact coordinates and its address.
    pub place: PlaceRow,
    /// How far it is from the point that was named, as strangers are shown where it is.
    pub distance_km: Option<f64>,
    /// Where the words were found; only where words were typed.
    pub highlights: Option<Highlights>,
}

/// Texts in which the words that were found stand between [`Highlights::START`] and [`Highlights::END`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Highlights {
    /// The whole title.
    pub title: Option<String>,
    /// A piece of the description.
    pub description: Option<String>,
}

impl Highlights {
    /// Before a word that was found; no text of a place has this character.
    pub const START: char = '\u{2}';
    /// After it.
    pub const END: char = '\u{3}';
}

/// All that match.
#[derive(Debug, Clone, PartialEq)]
pub struct Matches {
    /// How many.
    pub total: Total,
    /// What they have; only where it was asked for.
    pub facets: Option<Facets>,
}

/// A count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// As far as it was counted.
    pub count: u64,
    /// Whether there are no more.
    pub is_exact: bool,
}

/// How many of those that match have what; each count is as exact as the total.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facets {
    /// By code of amenity.
    pub amenities: BTreeMap<String, u64>,
    /// By price of a night, currency by currency, cheapest first; bars without a place are left out.
    pub prices: Vec<PriceBar>,
    /// By city, the most frequent first.
    pub cities: Vec<(String, u64)>,
    /// By average of reviews, best first; bars without a place are left out.
    pub ratings: Vec<RatingBar>,
}

/// A bar of the histogram of prices: see [`super::price_range`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PriceBar {
    /// The currency.
    pub currency: Currency,
    /// Its number, from 0.
    pub band: i16,
    /// How many places.
    pub count: u64,
}

/// A bar of the histogram of ratings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RatingBar {
    /// The average is at least this, in hundredths of a star, and below the next better bar's; `None` without reviews.
    pub at_least: Option<u32>,
    /// How many places.
    pub count: u64,
}
