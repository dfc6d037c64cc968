//! What somebody seems to like, by what they looked at and booked.

use std::collections::BTreeMap;

use domain::place::Coordinates;
use domain::{Currency, Money};

use super::candidate::{Candidate, distance_mm};
use super::reason::Reason;
use super::verdict::{Criterion, WHOLE, nearness, share};

/// Amenities that count at the most: those that most of the places have.
const LIKED: usize = 12;
/// Areas that candidates are looked for in.
const AREAS: usize = 5;
/// Places within this distance are in one area, in millimetres.
const AREA_MM: u64 = 10_000_000;
/// As good as there, in millimetres.
const THERE_MM: u64 = 5_000_000;
/// From here on it is somewhere else, in millimetres.
const ELSEWHERE_MM: u64 = 50_000_000;

/// A place that somebody looked at or booked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    pub(super) place: Candidate,
    /// How much it tells: a booking more than a look.
    pub(super) weight: u64,
}

/// What they have in common.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Taste {
    amenities: BTreeMap<String, u64>,
    prices: BTreeMap<Currency, i64>,
    spots: Vec<(Coordinates, u64)>,
    areas: Vec<Coordinates>,
}

impl Taste {
    /// The taste that places tell of, the latest first.
    pub(super) fn of(known: &[Known]) -> Self {
        let spots: Vec<_> = known.iter().filter_map(|known| Some((known.place.traits.spot?, known.weight))).collect();
        Self { amenities: liked(known), prices: usual_prices(known), areas: areas(&spots), spots }
    }

    /// Where they were, the latest first: points of which none is near another.
    pub(super) fn areas(&self) -> &[Coordinates] {
        &self.areas
    }

    /// How a candidate suits it: only what the taste tells anything of is looked at.
    pub(super) fn judge(&self, candidate: &Candidate) -> impl Iterator<Item = Criterion> {
        [self.area(candidate), self.amenities(candidate), self.price(candidate.traits.price)].into_iter().flatten()
    }

    /// How near it lies to what they know, on average.
    fn area(&self, candidate: &Candidate) -> Option<Criterion> {
        let weights: u64 = self.spots.iter().map(|(_, weight)| weight).sum();
        let near = |spot: Coordinates| {
            let sum = |(known, weight): &(Coordinates, u64)| weight * u64::from(presence(distance_mm(*known, spot)));
            self.spots.iter().map(sum).sum::<u64>()
        };
        let nearness = candidate.traits.spot.map_or(0, near);
        let share = share(nearness, weights * u64::from(WHOLE));
        (weights > 0).then(|| Criterion::new(250, share, Reason::FamiliarArea, 250))
    }

    /// How much of what they like it has.
    fn amenities(&self, candidate: &Candidate) -> Option<Criterion> {
        let all: u64 = self.amenities.values().sum();
        let there = self.amenities.iter().filter(|(code, _)| candidate.traits.amenities.contains(*code));
        let share = share(there.map(|(_, weight)| weight).sum(), all);
        (all > 0).then(|| Criterion::new(200, share, Reason::LikedAmenities, 600))
    }

    /// How near its price is to what they are used to, in its currency.
    fn price(&self, price: Money) -> Option<Criterion> {
        let near = |usual: &i64| nearness(usual.abs_diff(price.minor), usual.unsigned_abs());
        let share = self.prices.get(&price.currency).map_or(0, near);
        (!self.prices.is_empty()).then(|| Criterion::new(150, share, Reason::UsualPrice, 750))
    }
}

fn presence(distance_mm: u64) -> u32 {
    nearness(distance_mm.saturating_sub(THERE_MM), ELSEWHERE_MM - THERE_MM)
}

/// The amenities that count, each with the weight of the places that have it.
fn liked(known: &[Known]) -> BTreeMap<String, u64> {
    let mut weights: BTreeMap<&str, u64> = BTreeMap::new();
    for Known { place, weight } in known {
        for code in &place.traits.amenities {
            *weights.entry(code).or_default() += weight;
        }
    }
    let mut liked: Vec<_> = weights.into_iter().collect();
    // By code where they weigh the same.
    liked.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    liked.into_iter().take(LIKED).map(|(code, weight)| (code.to_owned(), weight)).collect()
}

/// By currency the median price, each place counting by its weight.
fn usual_prices(known: &[Known]) -> BTreeMap<Currency, i64> {
    let mut prices: BTreeMap<Currency, Vec<(i64, u64)>> = BTreeMap::new();
    for Known { place, weight } in known {
        let Money { minor, currency } = place.traits.price;
        prices.entry(currency).or_default().push((minor, *weight));
    }
    prices.into_iter().filter_map(|(currency, prices)| Some((currency, median(prices)?))).collect()
}

fn median(mut weighted: Vec<(i64, u64)>) -> Option<i64> {
    weighted.sort_unstable();
    let half = weighted.iter().map(|(_, weight)| weight).sum::<u64>().div_ceil(2);
    let mut below = 0;
    weighted.into_iter().find_map(|(value, weight)| {
        below += weight;
        (below >= half).then_some(value)
    })
}

fn areas(spots: &[(Coordinates, u64)]) -> Vec<Coordinates> {
    let mut areas: Vec<Coordinates> = Vec::new();
    for (spot, _) in spots {
        let is_known = areas.iter().any(|area| distance_mm(*area, *spot) <= AREA_MM);
        if !is_known && areas.len() < AREAS {
            areas.push(*spot);
        }
    }
    areas
}
