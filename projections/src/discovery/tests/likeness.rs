//! How like two places are.

use domain::{Currency, Money};

use super::super::candidate::distance_mm;
use super::super::likeness::{likeness, similar_prices};
use super::super::reason::Reason;
use super::super::verdict::Verdict;
use super::{at, better, codes, eur, place, rated, with};
use crate::discovery::candidate::Candidate;

fn verdict(candidate: &Candidate) -> Verdict {
    likeness(&place(1).traits, candidate).unwrap().0
}

#[test]
fn prices_within_a_fifth_are_similar_to_the_cent() {
    let range = |minor| {
        let range = similar_prices(eur(minor));
        (range.min_minor.unwrap(), range.max_minor.unwrap())
    };
    assert_eq!(range(10_000), (8_000, 12_000));
    // 80 % of 99.99 is 79.992, 120 % are 119.988.
    assert_eq!(range(9_999), (8_000, 11_998));
    assert_eq!(range(10_001), (8_001, 12_001));
    assert_eq!(range(1), (1, 1));
    assert_eq!(range(4), (4, 4));
    assert_eq!(range(5), (4, 6));
    let yen = Money { minor: 15_000, currency: Currency::JPY };
    assert_eq!(similar_prices(yen).currency, Currency::JPY);
}

#[test]
fn the_same_again_is_as_like_as_can_be() {
    let twin = rated(500, 100);
    let verdict = verdict(&twin);
    let all = [Reason::CloseBy, Reason::SimilarPrice, Reason::SharedAmenities, Reason::WellRated, Reason::SimilarSize];
    let mut told = verdict.reasons();
    assert_eq!(told.first(), Some(&Reason::CloseBy));
    told.sort();
    let mut expected = all.to_vec();
    expected.sort();
    assert_eq!(told, expected);
    assert!(verdict.score() > 980, "{}", verdict.score());
}

#[test]
fn what_is_nearer_in_place_price_equipment_or_size_is_more_alike() {
    let same = verdict(&place(2));
    let farther = with(|place| place.traits.spot = Some(at(48.88, 2.35)));
    let dearer = with(|place| place.traits.price = eur(11_000));
    let barer = with(|place| place.traits.amenities = codes(&[]));
    let fuller = with(|place| place.traits.amenities = codes(&["wifi", "pool"]));
    let larger = with(|place| place.traits.capacity = 8);
    let smaller = with(|place| place.traits.capacity = 2);
    for other in [&farther, &dearer, &barer, &fuller, &larger, &smaller] {
        better(&same, &verdict(other));
    }
    better(&verdict(&fuller), &verdict(&barer));
    assert_eq!(verdict(&larger), verdict(&smaller), "twice as large is as unlike as half as large");
    better(&verdict(&rated(470, 100)), &verdict(&rated(5, 1)));
}

#[test]
fn under_five_kilometres_is_near() {
    let from = |latitude| with(|place| place.traits.spot = Some(at(latitude, 2.35)));
    // A kilometre is about 0.009 degrees of latitude.
    let (under, beyond) = (from(48.904_966), from(48.904_967));
    let distance = |place: &Candidate| distance_mm(at(48.86, 2.35), place.traits.spot.unwrap());
    assert!(distance(&under) < 5_000_000 && distance(&under) > 4_999_800, "{}", distance(&under));
    assert!(distance(&beyond) >= 5_000_000 && distance(&beyond) < 5_000_200, "{}", distance(&beyond));
    let found = |candidate| likeness(&place(1).traits, candidate).map(|(_, distance)| distance.unwrap());
    assert_eq!(found(&under), Some(distance(&under)));
    assert_eq!(found(&beyond), None);
}

#[test]
fn a_place_that_is_nowhere_is_like_those_of_its_city() {
    let nowhere = with(|place| place.traits.spot = None);
    assert_eq!(likeness(&place(1).traits, &nowhere), None);
    for candidate in [place(2), nowhere.clone()] {
        let (verdict, distance) = likeness(&nowhere.traits, &candidate).unwrap();
        assert_eq!((verdict.reasons().last(), distance), (Some(&Reason::SameCity), None));
        assert!(verdict.score() > 800, "where nothing can be said of nearness, it does not count");
    }
}
