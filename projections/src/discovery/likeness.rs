//! How like two places are.

use domain::Money;

use super::candidate::{Candidate, Traits, distance_mm};
use super::reason::Reason;
use super::verdict::{Criterion, Verdict, nearness, share};
use crate::search::PriceRange;

/// From here on a place is not near any more, in millimetres.
pub(super) const REACH_MM: u64 = 5_000_000;
/// Within a kilometre a place is called close by.
const CLOSE_BY_MM: u64 = 1_000_000;

/// Prices within 20 % of one, borders included: exact in minor units, whatever they are.
pub(super) fn similar_prices(price: Money) -> PriceRange {
    let (least, most) = (price.minor.saturating_mul(4), price.minor.saturating_mul(6));
    // The least is rounded up, the most down: what lies between is within.
    let (min_minor, max_minor) = (Some(least.saturating_add(4) / 5), Some(most / 5));
    PriceRange { currency: price.currency, min_minor, max_minor }
}

/// How like a candidate is to a place, and how far it lies from it; `None` where that is too far. Where the place has no
/// coordinates, all candidates are of its city.
pub(super) fn likeness(place: &Traits, candidate: &Candidate) -> Option<(Verdict, Option<u64>)> {
    let other = &candidate.traits;
    let (closeness, distance) = match place.spot {
        Some(spot) => {
            let distance = distance_mm(spot, other.spot?);
            (closeness(distance)?, Some(distance))
        }
        None => (Criterion::fact(Reason::SameCity), None),
    };
    let criteria = [
        closeness,
        price(place.price, other.price),
        amenities(place, other),
        size(place.capacity, other.capacity),
        candidate.rated(200),
    ];
    Some((Verdict::of(criteria), distance))
}

fn closeness(distance_mm: u64) -> Option<Criterion> {
    let enough = nearness(CLOSE_BY_MM, REACH_MM);
    let criterion = Criterion::new(300, nearness(distance_mm, REACH_MM), Reason::CloseBy, enough);
    (distance_mm < REACH_MM).then_some(criterion)
}

/// All candidates cost about as much; the nearer, the better.
fn price(price: Money, other: Money) -> Criterion {
    let fifths = price.minor.abs_diff(other.minor).saturating_mul(5);
    Criterion::new(200, nearness(fifths, price.minor.unsigned_abs()), Reason::SimilarPrice, 0)
}

/// What both have, of what either has.
fn amenities(place: &Traits, other: &Traits) -> Criterion {
    let count = |codes: usize| u64::try_from(codes).unwrap_or(u64::MAX);
    let both = count(place.amenities.intersection(&other.amenities).count());
    let either = count(place.amenities.union(&other.amenities).count());
    Criterion::new(200, share(both, either), Reason::SharedAmenities, 500)
}

fn size(capacity: u32, other: u32) -> Criterion {
    let (fewer, more) = (capacity.min(other), capacity.max(other));
    Criterion::new(100, share(fewer.into(), more.into()), Reason::SimilarSize, 750)
}
