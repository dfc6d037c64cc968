//! What somebody seems to like.

use domain::{Currency, Money};

use super::super::candidate::Candidate;
use super::super::reason::Reason;
use super::super::taste::{Known, Taste};
use super::super::verdict::Verdict;
use super::{at, better, codes, eur, place, with};

fn looked(place: Candidate) -> Known {
    Known { place, weight: 1 }
}

fn judged(taste: &Taste, candidate: &Candidate) -> Verdict {
    Verdict::of(taste.judge(candidate))
}

#[test]
fn who_knows_nothing_has_no_taste() {
    assert_eq!(Taste::of(&[]).judge(&place(1)).count(), 0);
}

#[test]
fn what_is_like_the_known_places_is_liked() {
    let pool = || with(|place| place.traits.amenities = codes(&["pool", "wifi"]));
    let taste = Taste::of(&[looked(pool()), looked(pool())]);
    let verdict = judged(&taste, &pool());
    assert_eq!(verdict.reasons(), [Reason::FamiliarArea, Reason::LikedAmenities, Reason::UsualPrice]);
    assert_eq!(verdict.score(), 1_000);
    let elsewhere = with(|place| place.traits.spot = Some(at(45.0, 2.35)));
    let nowhere = with(|place| place.traits.spot = None);
    let dearer = with(|place| place.traits.price = eur(30_000));
    let in_dollars = with(|place| place.traits.price = Money { minor: 10_000, currency: Currency::USD });
    for other in [elsewhere, nowhere, dearer, in_dollars, place(3)] {
        better(&verdict, &judged(&taste, &other));
    }
}

#[test]
fn a_booking_tells_more_than_a_look() {
    let at_the_sea = || with(|place| place.traits.spot = Some(at(43.3, 5.4)));
    let taste = Taste::of(&[looked(place(1)), looked(place(2)), Known { place: at_the_sea(), weight: 5 }]);
    better(&judged(&taste, &at_the_sea()), &judged(&taste, &place(3)));
}

#[test]
fn one_dear_place_does_not_change_what_somebody_is_used_to() {
    let costing = |minor| with(|place| place.traits.price = eur(minor));
    let taste = Taste::of(&[looked(costing(9_000)), looked(costing(10_000)), looked(costing(500_000))]);
    let usual = |minor| judged(&taste, &costing(minor)).reasons().contains(&Reason::UsualPrice);
    assert!(usual(10_000) && usual(12_500) && usual(7_500));
    assert!(!usual(12_600) && !usual(7_400));
}

#[test]
fn areas_are_where_somebody_looked_last_each_once_and_not_too_many() {
    let around = |latitude: f64| looked(with(|place| place.traits.spot = Some(at(latitude, 2.35))));
    let taste = Taste::of(&[around(48.86), around(48.90), around(45.0), around(48.80)]);
    assert_eq!(taste.areas(), [at(48.86, 2.35), at(45.0, 2.35)]);
    let many: Vec<_> = (0..20).map(|step| around(f64::from(step))).collect();
    assert_eq!(Taste::of(&many).areas(), [0.0, 1.0, 2.0, 3.0, 4.0].map(|latitude| at(latitude, 2.35)));
}

#[test]
fn half_of_what_somebody_knows_makes_an_area_familiar_a_tenth_does_not() {
    let (here, there) = (|| looked(place(1)), || looked(with(|place| place.traits.spot = Some(at(10.0, 10.0)))));
    let familiar = |known: &[Known]| judged(&Taste::of(known), &place(3)).reasons().contains(&Reason::FamiliarArea);
    assert!(familiar(&[here(), there()]));
    let mut known: Vec<_> = (0..9).map(|_| there()).collect();
    known.push(here());
    assert!(!familiar(&known));
}
