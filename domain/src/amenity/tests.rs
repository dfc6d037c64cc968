//! The catalogue: what it begins with, and what may be added.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{
    Amenity, AmenityCommand, AmenityError, AmenityEvent, AmenityName, Language, NewAmenity, STANDARD, standard,
};
use crate::claim::{Claim, ClaimChange};
use crate::log::Logged;
use crate::place::AmenityCode;
use crate::testing::{HOST, at, replay, text};

const ID: Uuid = Uuid::from_u128(9);

fn code(raw: &str) -> AmenityCode {
    AmenityCode::parse(raw).unwrap()
}

fn add(raw: &str) -> AmenityCommand {
    AmenityCommand::Add(NewAmenity {
        amenity_id: ID,
        code: code(raw),
        name_en: text("Wine cellar"),
        name_fr: text("Cave à vin"),
        by: HOST,
        now: at("2026-06-01T12:00:00Z"),
    })
}

fn added(raw: &str) -> AmenityEvent {
    AmenityEvent::Added {
        amenity_id: ID,
        code: code(raw),
        name_en: text("Wine cellar"),
        name_fr: text("Cave à vin"),
        by: HOST,
        at: at("2026-06-01T12:00:00Z"),
    }
}

#[test]
fn the_standard_codes_are_in_order_so_that_each_is_found() {
    let codes: Vec<_> = STANDARD.iter().map(|standard| standard.code).collect();
    let in_order: BTreeSet<_> = codes.iter().copied().collect();
    assert_eq!(codes, in_order.into_iter().collect::<Vec<_>>());
    for each in STANDARD {
        assert_eq!(standard(&code(each.code)), Some(each));
    }
    assert_eq!(standard(&code("wine_cellar")), None);
}

#[test]
fn every_standard_amenity_has_a_name_of_its_own_in_each_language() {
    for language in Language::ALL {
        let names: BTreeSet<_> = STANDARD.iter().map(|standard| standard.name(*language)).collect();
        assert_eq!(names.len(), STANDARD.len(), "{language:?}");
        for name in names {
            assert_eq!(AmenityName::parse(name).unwrap().as_str(), name);
        }
    }
}

#[test]
fn an_amenity_is_added_with_its_names() {
    assert_eq!(Amenity::default().decide(add("wine_cellar")), Ok(vec![added("wine_cellar")]));
}

#[test]
fn a_code_that_the_catalogue_has_is_refused() {
    assert_eq!(Amenity::default().decide(add("wifi")), Err(AmenityError::CodeTaken));
    let twice: Amenity = replay(&[added("wine_cellar")]);
    assert_eq!(twice.decide(add("wine_cellar")), Err(AmenityError::AlreadyExists));
}

#[test]
fn a_code_belongs_to_one_amenity_over_all_streams() {
    let claim = Claim::Amenity(code("wine_cellar"));
    let take = ClaimChange::Take { claim: claim.clone(), holder: ID };
    assert_eq!(Amenity::default().claims(&added("wine_cellar")), [take]);
    assert_eq!(Amenity::claim_taken(&claim), AmenityError::CodeTaken);
}
