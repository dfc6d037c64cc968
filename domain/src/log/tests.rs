//! What is stored must be read back, by this version and by every later one, and after a person was erased.

use cqrs_es::DomainEvent;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::any_event::{WRITTEN, any_event};
use super::{Event, Logged, PersonalData, StoredEvent};
use crate::amenity::{Amenity, AmenityEvent};
use crate::booking::{Booking, BookingEvent};
use crate::patch::Patch;
use crate::place::{Place, PlaceEvent};
use crate::review::{Review, ReviewEvent};
use crate::testing::replay;
use crate::user::{User, UserEvent};

/// One event of every type, as version 1 stored it. Never edit a line: events of this shape are in people's logs.
/// A new shape is a new version with an upcast and a line of its own.
const STORED: &str = include_str!("stored_events.jsonl");

/// The stored event of a type.
fn stored<E: DeserializeOwned>(event_type: &str) -> E {
    let line = STORED
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|line| line["event_type"] == event_type)
        .unwrap();
    serde_json::from_value(line["payload"].clone()).unwrap()
}

fn personal_data(event: &Event) -> Option<PersonalData> {
    match event {
        Event::User(event) => replay::<User>(&[stored("user.registered")]).personal_data(event),
        Event::Place(event) => replay::<Place>(&[stored("place.created")]).personal_data(event),
        Event::Booking(event) => replay::<Booking>(&[stored("booking.requested")]).personal_data(event),
        Event::Review(event) => replay::<Review>(&[stored("review.submitted")]).personal_data(event),
        Event::Amenity(event) => Amenity::default().personal_data(event),
    }
}

fn to_json(event: &Event) -> Value {
    match event {
        Event::User(event) => serde_json::to_value(event).unwrap(),
        Event::Place(event) => serde_json::to_value(event).unwrap(),
        Event::Booking(event) => serde_json::to_value(event).unwrap(),
        Event::Review(event) => serde_json::to_value(event).unwrap(),
        Event::Amenity(event) => serde_json::to_value(event).unwrap(),
    }
}

/// Through text, as the log stores it.
fn store_and_read(event: &Event) -> Event {
    fn through_text<E: Serialize + DeserializeOwned>(event: &E) -> E {
        serde_json::from_str(&serde_json::to_string(event).unwrap()).unwrap()
    }
    match event {
        Event::User(event) => Event::User(through_text(event)),
        Event::Place(event) => Event::Place(through_text(event)),
        Event::Booking(event) => Event::Booking(through_text(event)),
        Event::Review(event) => Event::Review(through_text(event)),
        Event::Amenity(event) => Event::Amenity(through_text(event)),
    }
}

/// Reads an event of the same stream from JSON.
fn read_like(event: &Event, json: Value) -> serde_json::Result<Event> {
    Ok(match event {
        Event::User(_) => Event::User(serde_json::from_value(json)?),
        Event::Place(_) => Event::Place(serde_json::from_value(json)?),
        Event::Booking(_) => Event::Booking(serde_json::from_value(json)?),
        Event::Review(_) => Event::Review(serde_json::from_value(json)?),
        Event::Amenity(_) => Event::Amenity(serde_json::from_value(json)?),
    })
}

/// What unsealing gives after the person's key is gone.
fn erased(event: &Event) -> Value {
    let mut json = to_json(event);
    for field in personal_data(event).map(|data| data.fields).unwrap_or_default() {
        if let Some(value) = json.get_mut(field) {
            *value = Value::Null;
        }
    }
    json
}

#[test]
fn every_event_of_version_1_reads_and_is_written_the_same() {
    fn check<E: DomainEvent>(line: &Value) {
        let event: E = serde_json::from_value(line["payload"].clone()).unwrap();
        assert_eq!(line["event_type"], event.event_type());
        assert_eq!(line["event_version"], event.event_version());
        assert_eq!(line["payload"], serde_json::to_value(event).unwrap());
    }
    for line in STORED.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        match line["event_type"].as_str().unwrap().split_once('.').unwrap().0 {
            "user" => check::<UserEvent>(&line),
            "place" => check::<PlaceEvent>(&line),
            "booking" => check::<BookingEvent>(&line),
            "review" => check::<ReviewEvent>(&line),
            "amenity" => check::<AmenityEvent>(&line),
            other => panic!("no stream {other}"),
        }
    }
}

#[test]
fn version_1_has_one_line_for_every_type_of_event() {
    let types: Vec<_> = STORED
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["event_type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        types,
        [
            "user.registered",
            "user.imported",
            "user.profile_changed",
            "user.role_granted",
            "user.closed",
            "place.created",
            "place.changed",
            "place.published",
            "place.unpublished",
            "place.archived",
            "place.nights_blocked",
            "place.block_removed",
            "booking.requested",
            "booking.confirmed",
            "booking.declined",
            "booking.cancelled",
            "booking.expired",
            "booking.completed",
            "place.withheld",
            "place.released",
            "review.submitted",
            "review.published",
            "review.replied",
            "review.hidden",
            "amenity.added",
            "user.role_revoked",
            "user.email_verified",
            "user.password_changed",
            "user.suspended",
            "user.restored",
        ]
    );
}

#[test]
fn an_event_of_todays_version_is_lifted_to_itself() {
    let stored = StoredEvent { event_type: "user.closed".into(), event_version: "1".into(), payload: json!({"a": 1}) };
    for upcast in [User::upcast, Place::upcast, Booking::upcast, Review::upcast, Amenity::upcast] {
        assert_eq!(upcast(stored.clone()), vec![stored.clone()]);
    }
}

#[test]
fn null_in_a_change_clears_and_an_absent_field_keeps() {
    let json = json!({"type": "changed", "title": null, "city": "Lyon", "at": "2026-06-01T10:00:00Z"});
    let PlaceEvent::Changed { changes, .. } = serde_json::from_value(json).unwrap() else { panic!("another event") };
    assert_eq!(changes.title, Patch::Clear);
    assert_eq!(changes.description, Patch::Keep);
    assert!(matches!(changes.city, Patch::Set(_)));
}

#[test]
fn a_whole_history_reads_after_erasure() {
    let events = [stored::<UserEvent>("user.registered"), stored("user.profile_changed")].map(Event::User);
    let erased: Vec<UserEvent> = events.iter().map(|event| serde_json::from_value(erased(event)).unwrap()).collect();
    assert!(replay::<User>(&erased).is_open(), "the account stands, nameless");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_event_survives_the_log(event in any_event()) {
        prop_assert_eq!(&store_and_read(&event), &event);
    }

    #[test]
    fn every_event_reads_after_erasure_and_tells_nothing_a_person_wrote(event in any_event()) {
        let json = erased(&event);
        let text = json.to_string();
        for mark in WRITTEN {
            prop_assert!(!text.contains(mark), "{mark} is left in {text}");
        }
        let read = read_like(&event, json);
        prop_assert!(read.is_ok(), "{:?}", read);
        prop_assert_eq!(to_json(&read.unwrap()).to_string(), text, "and is written the same again");
    }
}
