//! What the log must know of a place's events: claims beside blocks (see `blocks`), and what is personal.

use super::{created, history, now};
use crate::claim::{Claim, ClaimChange};
use crate::log::Logged;
use crate::nights::Nights;
use crate::place::{Place, PlaceChanges, PlaceError, PlaceEvent, PlaceStatus};
use crate::testing::{BOOKING, HOST, PLACE, STRANGER, date, details, nights, replay};

fn imported() -> PlaceEvent {
    PlaceEvent::Created {
        place_id: PLACE,
        owner_id: HOST,
        status: PlaceStatus::Listed,
        details: details(),
        import: Some(("airbnb-listing".to_owned(), "3781".to_owned())),
        at: now(),
    }
}

fn block() -> Nights {
    nights("2026-07-01", "2026-07-03")
}

#[test]
fn an_imported_record_becomes_one_place() {
    let claim = Claim::Import { source: "airbnb-listing".to_owned(), id: "3781".to_owned() };
    assert_eq!(Place::default().claims(&imported()), [ClaimChange::Take { claim, holder: PLACE }]);
}

#[test]
fn a_place_of_its_hosts_own_claims_nothing() {
    assert_eq!(Place::default().claims(&created(PlaceStatus::Listed)), []);
}

#[test]
fn changing_a_places_state_neither_takes_nor_frees_anything() {
    let (at, place) = (now(), replay::<Place>(&history(PlaceStatus::Listed)));
    for event in [
        PlaceEvent::Changed { changes: PlaceChanges::default(), at },
        PlaceEvent::Published { at },
        PlaceEvent::Unpublished { at },
        PlaceEvent::Archived { at },
    ] {
        assert_eq!(place.claims(&event), []);
    }
}

#[test]
fn a_claim_that_is_taken_says_what_it_was() {
    let import = Claim::Import { source: "airbnb-listing".to_owned(), id: "3781".to_owned() };
    assert_eq!(Place::claim_taken(&import), PlaceError::AlreadyImported);
    let night = Claim::Night { place_id: PLACE, night: date("2026-07-01") };
    assert_eq!(Place::claim_taken(&night), PlaceError::NightsTaken);
    let other = Claim::Review { booking_id: BOOKING, author_id: STRANGER };
    assert_eq!(Place::claim_taken(&other), PlaceError::NightsTaken);
}

#[test]
fn what_a_host_writes_is_sealed_under_its_key() {
    let (at, place) = (now(), replay::<Place>(&history(PlaceStatus::Listed)));
    let created = Place::default().personal_data(&created(PlaceStatus::Listed)).unwrap();
    assert_eq!(created.subject, HOST);
    for event in [
        PlaceEvent::Changed { changes: PlaceChanges::default(), at },
        PlaceEvent::NightsBlocked { block_id: BOOKING, nights: block(), reason: None, at },
        PlaceEvent::Withheld { by: BOOKING, reason: None, at },
        PlaceEvent::Released { by: BOOKING, reason: None, at },
    ] {
        assert_eq!(place.personal_data(&event), Some(created.clone()));
    }
    for field in ["title", "description", "address", "house_rules", "reason"] {
        assert!(created.fields.contains(&field), "{field}");
    }
}

#[test]
fn the_other_events_hold_nothing_that_a_person_wrote() {
    let (at, place) = (now(), replay::<Place>(&history(PlaceStatus::Listed)));
    for event in [
        PlaceEvent::Published { at },
        PlaceEvent::Unpublished { at },
        PlaceEvent::Archived { at },
        PlaceEvent::BlockRemoved { block_id: BOOKING, nights: block(), at },
    ] {
        assert_eq!(place.personal_data(&event), None);
    }
}
