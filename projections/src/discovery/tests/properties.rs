//! Whatever the places: scores are in range, and the same facts give the same answer in whatever order they come.

use std::collections::HashSet;

use domain::Money;
use domain::user::{WishedLocation, Wishes};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use super::super::candidate::{Candidate, Traits};
use super::super::choice::{Chosen, best, varied};
use super::super::fitness::{Person, fitness};
use super::super::likeness::likeness;
use super::super::taste::{Known, Taste};
use super::{at, days_ago, now};

fn traits() -> impl Strategy<Value = Traits> {
    let price = (1_i64..=i64::MAX, select(domain::Currency::ALL));
    let spot = proptest::option::of((-90.0..=90.0, -180.0..=180.0).prop_map(|(north, east)| at(north, east)));
    let near = (48.8..48.95, 2.2..2.5).prop_map(|(north, east)| Some(at(north, east)));
    let amenities = btree_set(select(vec!["wifi", "pool", "kitchen", "sauna"]), 0..4);
    (price, prop_oneof![spot, near], amenities, any::<u32>()).prop_map(
        |((minor, currency), spot, amenities, capacity)| {
            let amenities = amenities.into_iter().map(str::to_owned).collect();
            Traits { price: Money { minor, currency }, spot, amenities, capacity }
        },
    )
}

fn candidate() -> impl Strategy<Value = Candidate> {
    let reviews = (0_u64..1_000).prop_flat_map(|reviews| (reviews..=reviews * 5, Just(reviews)));
    (any::<u128>(), 0_u128..5, traits(), reviews, -10_i64..4_000).prop_map(|(id, host, traits, reviews, age)| {
        Candidate {
            place_id: Uuid::from_u128(id),
            host_id: Uuid::from_u128(host),
            traits,
            stars: reviews.0,
            reviews: reviews.1,
            created_at: days_ago(age),
        }
    })
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    vec(candidate(), 0..60).prop_map(|mut all| {
        let mut seen = HashSet::new();
        all.retain(|candidate| seen.insert(candidate.place_id));
        all
    })
}

fn person() -> impl Strategy<Value = Person> {
    let known = vec((candidate(), 1_u64..9).prop_map(|(place, weight)| Known { place, weight }), 0..10);
    let centre = proptest::option::of((48.0..49.0, 2.0..3.0).prop_map(|(north, east)| at(north, east)));
    (known, centre).prop_map(|(known, centre)| {
        let wishes = Wishes { location: centre.map(WishedLocation::at), ..Wishes::default() };
        Person { wishes, taste: Taste::of(&known), now: now() }
    })
}

fn suiting(person: &Person, candidates: &[Candidate]) -> Vec<Chosen> {
    let judged = candidates.iter().map(|candidate| {
        let (verdict, distance_mm) = fitness(person, candidate);
        Chosen { candidate: candidate.clone(), verdict, distance_mm }
    });
    varied(judged.collect(), 20, 3)
}

fn alike(place: &Traits, candidates: &[Candidate]) -> Vec<Chosen> {
    let judged = candidates.iter().filter_map(|candidate| {
        let (verdict, distance_mm) = likeness(place, candidate)?;
        Some(Chosen { candidate: candidate.clone(), verdict, distance_mm })
    });
    best(judged.collect(), 10)
}

/// In range, with reasons of which none is told twice, and in order.
fn sound(chosen: &[Chosen], most: usize) {
    assert!(chosen.len() <= most);
    for one in chosen {
        let reasons = one.verdict.reasons();
        assert!(one.verdict.score() <= 1_000);
        assert!(!reasons.is_empty() && reasons.iter().collect::<HashSet<_>>().len() == reasons.len());
    }
    assert!(chosen.windows(2).all(|pair| pair[0].verdict.points() >= pair[1].verdict.points()));
}

proptest! {
    #[test]
    fn recommendations_do_not_depend_on_the_order_of_candidates(
        person in person(), candidates in candidates(), turn in any::<usize>()
    ) {
        let chosen = suiting(&person, &candidates);
        sound(&chosen, 20);
        prop_assert_eq!(chosen.len(), candidates.len().min(20));
        let mut turned = candidates.clone();
        turned.rotate_left(turn.checked_rem(candidates.len()).unwrap_or(0));
        prop_assert_eq!(&suiting(&person, &turned), &chosen);
        turned.reverse();
        prop_assert_eq!(&suiting(&person, &turned), &chosen);
    }

    #[test]
    fn similar_places_do_not_depend_on_the_order_of_candidates(
        place in traits(), candidates in candidates(), turn in any::<usize>()
    ) {
        let chosen = alike(&place, &candidates);
        sound(&chosen, 10);
        let mut turned = candidates.clone();
        turned.rotate_left(turn.checked_rem(candidates.len()).unwrap_or(0));
        turned.reverse();
        prop_assert_eq!(&alike(&place, &turned), &chosen);
    }

    #[test]
    fn a_taste_does_not_depend_on_the_order_of_what_is_known_but_for_its_areas(
        known in vec((candidate(), 1_u64..9), 0..10), candidate in candidate()
    ) {
        let mut known: Vec<_> = known.into_iter().map(|(place, weight)| Known { place, weight }).collect();
        let judged = |known: &[Known]| Taste::of(known).judge(&candidate).collect::<Vec<_>>();
        let before = judged(&known);
        known.reverse();
        prop_assert_eq!(judged(&known), before);
    }
}
