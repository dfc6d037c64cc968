//! Given, when, then: each decision of the aggregate.

mod blocks;
mod bounds;
mod details;
mod lifecycle;
mod log;

use cqrs_es::test::{AggregateTestExecutor, TestFramework};
use jiff::Timestamp;

use super::{NewPlace, Place, PlaceCommand, PlaceDetails, PlaceEvent, PlaceStatus};
use crate::testing::{HOST, PLACE, at, details, listed};

/// Noon in Paris on the first of June.
fn now() -> Timestamp {
    at("2026-06-01T10:00:00Z")
}

fn given(events: Vec<PlaceEvent>) -> AggregateTestExecutor<Place> {
    TestFramework::<Place>::with(()).given(events)
}

fn create(details: PlaceDetails) -> PlaceCommand {
    PlaceCommand::Create(NewPlace { place_id: PLACE, owner_id: HOST, draft: false, details, import: None, now: now() })
}

fn created(status: PlaceStatus) -> PlaceEvent {
    let at = now();
    PlaceEvent::Created { place_id: PLACE, owner_id: HOST, status, details: details(), import: None, at }
}

/// How a place comes to stand somewhere.
fn history(status: PlaceStatus) -> Vec<PlaceEvent> {
    let at = now();
    match status {
        PlaceStatus::Draft => vec![created(PlaceStatus::Draft)],
        PlaceStatus::Listed => vec![listed(details())],
        PlaceStatus::Unlisted => vec![listed(details()), PlaceEvent::Unpublished { at }],
        PlaceStatus::Archived => vec![listed(details()), PlaceEvent::Archived { at }],
    }
}
