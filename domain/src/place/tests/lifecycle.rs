//! From draft to archive: every state against every command.

use cqrs_es::test::TestFramework;
use cqrs_es::{Aggregate, DomainEvent};
use uuid::Uuid;

use super::{create, created, given, history, now};
use crate::place::{NewPlace, Place, PlaceChanges, PlaceCommand, PlaceError, PlaceEvent, PlaceStatus};
use crate::testing::{HOST, PLACE, details, nights, replay, text};

const STATES: [PlaceStatus; 4] =
    [PlaceStatus::Draft, PlaceStatus::Listed, PlaceStatus::Unlisted, PlaceStatus::Archived];

/// `-` is a success that had nothing to do.
const MATRIX: [(&str, [&str; 4]); 9] = [
    // state:      draft             listed            unlisted          archived
    ("create", ["exists", "exists", "exists", "exists"]),
    ("change", ["changed", "changed", "changed", "archived!"]),
    ("publish", ["published", "-", "published", "archived!"]),
    ("unpublish", ["-", "unpublished", "-", "archived!"]),
    ("archive", ["archived", "archived", "archived", "-"]),
    ("withhold", ["withheld", "withheld", "withheld", "archived!"]),
    ("release", ["-", "-", "-", "archived!"]),
    ("block", ["nights_blocked", "nights_blocked", "nights_blocked", "archived!"]),
    ("unblock", ["no_block", "no_block", "no_block", "no_block"]),
];

fn command(name: &str) -> PlaceCommand {
    let (now, block_id) = (now(), Uuid::from_u128(9));
    match name {
        "create" => create(details()),
        "change" => PlaceCommand::Change { changes: PlaceChanges { capacity: Some(6), ..Default::default() }, now },
        "publish" => PlaceCommand::Publish { now },
        "unpublish" => PlaceCommand::Unpublish { now },
        "archive" => PlaceCommand::Archive { now },
        "withhold" => PlaceCommand::Withhold { by: Uuid::nil(), reason: text("A scam."), now },
        "release" => PlaceCommand::Release { by: Uuid::nil(), reason: text("It was none."), now },
        "block" => PlaceCommand::Block { block_id, nights: nights("2026-07-01", "2026-07-03"), reason: None, now },
        "unblock" => PlaceCommand::Unblock { block_id, now },
        unknown => panic!("no command {unknown}"),
    }
}

fn outcome(given: Vec<PlaceEvent>, command: PlaceCommand) -> String {
    match TestFramework::<Place>::with(()).given(given).when(command).inspect_result() {
        Ok(events) if events.is_empty() => "-".to_owned(),
        Ok(events) => events.iter().map(DomainEvent::event_type).collect::<Vec<_>>().join("+").replace("place.", ""),
        Err(PlaceError::AlreadyExists) => "exists".to_owned(),
        Err(PlaceError::Archived) => "archived!".to_owned(),
        Err(PlaceError::NoSuchBlock(_)) => "no_block".to_owned(),
        Err(PlaceError::NotFound) => "not_found".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_state_answers_every_command() {
    for (name, row) in MATRIX {
        for (state, expected) in STATES.into_iter().zip(row) {
            assert_eq!(outcome(history(state), command(name)), expected, "{name} while {}", state.name());
        }
    }
}

#[test]
fn what_was_asked_for_before_a_withdrawal_is_not_to_be_had_again() {
    let (at, by, reason) = (now(), Uuid::nil(), Some(text("A scam.")));
    for withdrawal in [
        PlaceEvent::Unpublished { at },
        PlaceEvent::Archived { at },
        PlaceEvent::Withheld { by, reason: reason.clone(), at },
    ] {
        let changed = PlaceEvent::Changed { changes: PlaceChanges::default(), at };
        let place = replay::<Place>(&[created(PlaceStatus::Listed), changed, withdrawal, PlaceEvent::Published { at }]);
        let since = [1, 2, 3, 4].map(|version| place.was_withdrawn_since(version));
        assert_eq!(since, [true, true, false, false]);
    }
    assert!(!Place::default().was_withdrawn_since(0));
}

#[test]
fn nothing_but_creation_is_possible_without_a_place() {
    for (name, _) in MATRIX {
        let expected = if name == "create" { "created" } else { "not_found" };
        assert_eq!(outcome(vec![], command(name)), expected, "{name}");
    }
}

#[test]
fn a_place_is_listed_at_once_unless_its_host_wants_a_draft() {
    for (draft, status) in [(false, PlaceStatus::Listed), (true, PlaceStatus::Draft)] {
        let facts = NewPlace { place_id: PLACE, owner_id: HOST, draft, details: details(), import: None, now: now() };
        given(vec![]).when(PlaceCommand::Create(facts)).then_expect_events(vec![created(status)]);
    }
}

#[test]
fn an_imported_place_remembers_its_source() {
    let import = Some(("airbnb-listing".to_owned(), "3781".to_owned()));
    let facts = NewPlace {
        place_id: PLACE,
        owner_id: HOST,
        draft: false,
        details: details(),
        import: import.clone(),
        now: now(),
    };
    let events = Place::default().decide(PlaceCommand::Create(facts)).unwrap();
    assert!(matches!(&events[..], [PlaceEvent::Created { import: stored, .. }] if *stored == import));
}

fn after(status: PlaceStatus, commands: &[&str]) -> Place {
    commands.iter().fold(replay(&history(status)), |place, name| {
        place.decide(command(name)).unwrap().into_iter().fold(place, |mut place, event| {
            place.apply(event);
            place
        })
    })
}

#[test]
fn a_place_that_an_admin_withholds_is_off_the_list_until_an_admin_releases_it() {
    let withheld = after(PlaceStatus::Listed, &["withhold"]);
    assert_eq!(withheld.status(), Some(PlaceStatus::Unlisted));
    assert_eq!(withheld.decide(command("publish")), Err(PlaceError::Withheld));
    assert_eq!(withheld.decide(command("withhold")), Ok(vec![]));

    let released = after(PlaceStatus::Listed, &["withhold", "release"]);
    assert_eq!(released.status(), Some(PlaceStatus::Unlisted), "listing it is its host's business");
    assert_eq!(released.decide(command("publish")), Ok(vec![PlaceEvent::Published { at: now() }]));
}

#[test]
fn a_place_is_withheld_wherever_it_stands() {
    let draft = after(PlaceStatus::Draft, &["withhold"]);
    assert_eq!(draft.status(), Some(PlaceStatus::Draft), "nobody has seen it, nobody will");
    assert_eq!(draft.decide(command("publish")), Err(PlaceError::Withheld));
    let unlisted = after(PlaceStatus::Unlisted, &["withhold"]);
    assert_eq!(unlisted.decide(command("publish")), Err(PlaceError::Withheld));
    assert!(unlisted.decide(command("archive")).is_ok());
}

#[test]
fn a_place_stands_where_its_events_led() {
    for status in STATES {
        let place: Place = replay(&history(status));
        assert_eq!(place.status(), Some(status));
        assert_eq!(place.owner_id(), Some(HOST));
        assert_eq!(place.details(), Some(&details()));
    }
    let never = Place::default();
    assert_eq!((never.status(), never.owner_id(), never.details()), (None, None, None));
}

#[test]
fn an_event_before_the_creation_changes_nothing() {
    assert_eq!(replay::<Place>(&[PlaceEvent::Published { at: now() }]), Place::default());
}

#[test]
fn a_second_creation_changes_nothing() {
    let twice = [history(PlaceStatus::Archived), vec![created(PlaceStatus::Listed)]].concat();
    assert_eq!(replay::<Place>(&twice).status(), Some(PlaceStatus::Archived));
}

#[test]
fn names_in_answers_are_those_in_the_log() {
    for status in STATES {
        assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        assert_eq!(status.name().parse(), Ok(status));
    }
    assert_eq!("Listed".parse::<PlaceStatus>().unwrap_err().code, "unknown_status");
}
