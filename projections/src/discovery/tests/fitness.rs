//! How well a place suits a person.

use domain::place::AmenityCode;
use domain::text::Region;
use domain::user::{Radius, WishedLocation, Wishes};

use super::super::candidate::Candidate;
use super::super::choice::{Chosen, varied};
use super::super::fitness::{Person, fitness};
use super::super::reason::Reason;
use super::super::taste::{Known, Taste};
use super::{at, better, days_ago, eur, now, place, rated, with};
use uuid::Uuid;

fn person(wishes: Wishes, known: &[Known]) -> Person {
    Person { wishes, taste: Taste::of(known), now: now() }
}

fn stranger() -> Person {
    person(Wishes::default(), &[])
}

/// The numbers of the places, the most suitable first.
fn order(person: &Person, candidates: Vec<Candidate>) -> Vec<u128> {
    let judged = candidates.into_iter().map(|candidate| {
        let (verdict, distance_mm) = fitness(person, &candidate);
        Chosen { candidate, verdict, distance_mm }
    });
    varied(judged.collect(), 20, 3).into_iter().map(|chosen| chosen.candidate.place_id.as_u128()).collect()
}

fn numbered(number: u128, change: impl FnOnce(&mut Candidate)) -> Candidate {
    let mut candidate = place(number);
    change(&mut candidate);
    candidate
}

#[test]
fn of_somebody_unknown_the_well_rated_come_first_and_then_the_newest() {
    let candidates = vec![
        numbered(1, |place| place.created_at = days_ago(400)),
        numbered(2, |place| place.created_at = days_ago(300)),
        numbered(3, |place| (place.stars, place.reviews) = (96, 20)),
        numbered(4, |place| (place.stars, place.reviews) = (10, 5)),
        numbered(5, |place| place.created_at = days_ago(1)),
    ];
    assert_eq!(order(&stranger(), candidates), [3, 5, 2, 1, 4]);
}

#[test]
fn every_place_has_a_reason_and_no_place_one_that_is_not_true() {
    let reasons = |candidate: &Candidate| fitness(&stranger(), candidate).0.reasons();
    assert_eq!(reasons(&place(1)), [Reason::WorthALook]);
    assert_eq!(reasons(&rated(96, 20)), [Reason::WellRated]);
    assert_eq!(reasons(&rated(5, 1)), [Reason::WorthALook], "a single review does not make it well rated");
    assert_eq!(reasons(&with(|place| place.created_at = days_ago(30))), [Reason::New]);
    assert_eq!(reasons(&with(|place| place.created_at = days_ago(31))), [Reason::WorthALook]);
    // Clocks differ.
    assert_eq!(reasons(&with(|place| place.created_at = days_ago(-1))), [Reason::New]);
}

#[test]
fn near_to_where_somebody_wishes_to_be_is_better() {
    let around = WishedLocation::at(at(48.86, 2.35)).within(Some(Radius::new(20.0).unwrap()));
    let wishing = person(Wishes { location: Some(around), ..Wishes::default() }, &[]);
    let (there, near) = (place(1), with(|place| place.traits.spot = Some(at(48.95, 2.35))));
    better(&fitness(&wishing, &there).0, &fitness(&wishing, &near).0);
    assert_eq!(fitness(&wishing, &there).1, Some(0));
    assert_eq!(fitness(&wishing, &near).1.map(|mm| mm / 1_000_000), Some(10));
    assert_eq!(fitness(&wishing, &near).0.reasons(), [Reason::PreferredLocation]);
}

#[test]
fn wishes_that_are_met_are_told() {
    let city = Region::parse("Paris").unwrap();
    let wishes = Wishes {
        max_price: Some(eur(12_000)),
        location: Some(WishedLocation::City(city)),
        amenities: vec![AmenityCode::parse("wifi").unwrap()],
    };
    let (verdict, distance) = fitness(&person(wishes, &[]), &place(1));
    let told = [Reason::PreferredLocation, Reason::WithinBudget, Reason::WishedAmenities];
    assert_eq!((verdict.reasons().as_slice(), distance), (told.as_slice(), None));
}

#[test]
fn what_somebody_looked_at_before_counts_beside_what_others_say() {
    let known = [Known { place: place(9), weight: 1 }];
    let candidates = || {
        vec![
            numbered(1, |_| {}),
            numbered(2, |place| {
                (place.stars, place.reviews) = (500, 100);
                place.traits.spot = Some(at(10.0, 10.0));
                place.traits.price = eur(90_000);
            }),
        ]
    };
    assert_eq!(order(&person(Wishes::default(), &known), candidates()), [1, 2]);
    assert_eq!(order(&stranger(), candidates()), [2, 1]);
}

#[test]
fn three_of_one_host_as_long_as_there_are_others() {
    let of_host = |numbers: std::ops::Range<u128>, host: u128, stars: u64| {
        numbers.map(move |number| {
            numbered(number, |place| {
                place.host_id = Uuid::from_u128(host);
                (place.stars, place.reviews) = (stars, 100);
            })
        })
    };
    let many = || of_host(1..30, 1, 500);
    let others = (0..10).flat_map(|host| of_host(100 + host * 10..102 + host * 10, host + 2, 400));
    let chosen = order(&stranger(), many().chain(others).collect());
    let of_the_first = chosen.iter().filter(|number| **number < 100).count();
    assert_eq!((chosen.len(), of_the_first), (20, 3));
    assert_eq!(chosen[..3], [1, 2, 3], "the best of them, and first");
    assert_eq!(order(&stranger(), many().collect()), (1..21).collect::<Vec<_>>(), "nothing else is there");
}
