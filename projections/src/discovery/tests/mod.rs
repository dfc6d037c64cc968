//! The scores, as specifications.

mod fitness;
mod likeness;
mod properties;
mod taste;

use domain::place::Coordinates;
use domain::{Currency, Money};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::candidate::{Candidate, Traits};
use super::verdict::Verdict;

fn eur(minor: i64) -> Money {
    Money { minor, currency: Currency::EUR }
}

fn at(latitude: f64, longitude: f64) -> Coordinates {
    Coordinates::new(latitude, longitude).unwrap()
}

fn now() -> Timestamp {
    "2030-06-01T12:00:00Z".parse().unwrap()
}

fn days_ago(days: i64) -> Timestamp {
    now() - SignedDuration::from_hours(days * 24)
}

/// In the middle of Paris, for 100 euros and four guests, with Wi-Fi, a year old, without reviews.
fn place(number: u128) -> Candidate {
    Candidate {
        place_id: Uuid::from_u128(number),
        host_id: Uuid::from_u128(number + 1_000),
        traits: Traits { price: eur(10_000), spot: Some(at(48.86, 2.35)), amenities: codes(&["wifi"]), capacity: 4 },
        stars: 0,
        reviews: 0,
        created_at: days_ago(365),
    }
}

fn with(change: impl FnOnce(&mut Candidate)) -> Candidate {
    let mut candidate = place(1);
    change(&mut candidate);
    candidate
}

fn codes(codes: &[&str]) -> std::collections::BTreeSet<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

/// What is said of a place with so many reviews of so many stars together.
fn rated(stars: u64, reviews: u64) -> Candidate {
    with(|place| (place.stars, place.reviews) = (stars, reviews))
}

#[track_caller]
fn better(one: &Verdict, other: &Verdict) {
    assert!(one.points() > other.points(), "{one:?} should be better than {other:?}");
}

#[test]
fn one_good_review_proves_less_than_many_and_a_bad_one_less_than_none() {
    let averages =
        [(5, 1), (470, 100), (0, 0), (2, 1), (15, 3)].map(|(stars, reviews)| rated(stars, reviews).millistars());
    assert_eq!(averages, [3_750, 4_642, 3_500, 3_250, 4_062]);
}
