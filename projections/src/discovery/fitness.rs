//! How well a place suits a person.

use domain::user::{Radius, WishedLocation, Wishes};
use jiff::{SignedDuration, Timestamp};

use super::candidate::{Candidate, distance_mm};
use super::reason::Reason;
use super::taste::Taste;
use super::verdict::{Criterion, Verdict, nearness};

/// From this age on a place is not new in the least.
const NEWNESS: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Up to this age a place is called new.
const NEW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A person, as far as places are judged for them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    /// Every candidate keeps to these.
    pub(super) wishes: Wishes,
    pub(super) taste: Taste,
    /// Now.
    pub(super) now: Timestamp,
}

/// How well a candidate suits, and how far it lies from the point where the person wishes to stay. Without wishes and
/// taste, what its guests say counts, and then how new it is.
pub(super) fn fitness(person: &Person, candidate: &Candidate) -> (Verdict, Option<u64>) {
    let Wishes { max_price, location, amenities } = &person.wishes;
    let (location, distance) = match location {
        Some(WishedLocation::Around { centre, radius }) => {
            let distance = candidate.traits.spot.map(|spot| distance_mm(*centre, spot));
            (Some(closeness(distance, radius.unwrap_or(Radius::DEFAULT))), distance)
        }
        Some(WishedLocation::City(_)) => (Some(Criterion::fact(Reason::PreferredLocation)), None),
        None => (None, None),
    };
    let budget = max_price.map(|_| Criterion::fact(Reason::WithinBudget));
    let wished = (!amenities.is_empty()).then(|| Criterion::fact(Reason::WishedAmenities));
    let own = [location, budget, wished].into_iter().flatten();
    let others = [candidate.rated(250), newness(candidate.created_at, person.now)];
    (Verdict::of(own.chain(person.taste.judge(candidate)).chain(others)), distance)
}

fn closeness(distance_mm: Option<u64>, radius: Radius) -> Criterion {
    // Above 0 and at most 500 km: the conversion cuts less than a millimetre off.
    let reach = (radius.km() * 1e6) as u64;
    let share = distance_mm.map_or(0, |distance| nearness(distance, reach));
    Criterion::new(200, share, Reason::PreferredLocation, 0)
}

fn newness(created_at: Timestamp, now: Timestamp) -> Criterion {
    let seconds = |time: SignedDuration| time.as_secs().max(0).unsigned_abs();
    let share = |age: SignedDuration| nearness(seconds(age), seconds(NEWNESS));
    Criterion::new(50, share(now.duration_since(created_at)), Reason::New, share(NEW))
}
