//! Event by event, and view by view.

use domain::Nights;
use domain::booking::BookingEvent;
use domain::review::{Categories, Occasion, Stars, Subject};
use domain::user::{PasswordProof, ProfileChanges, Role};
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::json;

use super::*;

const ID: Uuid = Uuid::from_u128(1);
const HOST: Uuid = Uuid::from_u128(2);
const BY: Uuid = Uuid::nil();
const AT: Timestamp = Timestamp::UNIX_EPOCH;

fn by(source: Source, event: Event) -> Touched {
    let metadata = Default::default();
    let recorded = RecordedEvent { position: 1, recorded_at: AT, aggregate_id: ID, sequence: 1, metadata, event };
    let mut touched = Touched::default();
    touched.add(source, &recorded);
    touched
}

fn nothing() -> Touched {
    Touched::default()
}

fn one(id: Uuid) -> BTreeSet<Uuid> {
    BTreeSet::from([id])
}

fn account_events() -> Vec<UserEvent> {
    let registered = json!({"type": "registered", "user_id": ID, "at": AT});
    vec![
        serde_json::from_value(registered).unwrap(),
        UserEvent::Imported { user_id: ID, source: "a".into(), source_id: "b".into(), first_name: None, at: AT },
        UserEvent::ProfileChanged { changes: ProfileChanges::default(), at: AT },
        UserEvent::RoleGranted { role: Role::Admin, by: BY, reason: None, at: AT },
        UserEvent::RoleRevoked { role: Role::Admin, by: BY, reason: None, at: AT },
        UserEvent::EmailVerified { at: AT },
        UserEvent::PasswordChanged { change_id: BY, proof: PasswordProof::Mail, kept_session: None, at: AT },
        UserEvent::Closed { at: AT },
    ]
}

fn suspensions() -> [UserEvent; 2] {
    [UserEvent::Suspended { by: BY, reason: None, at: AT }, UserEvent::Restored { by: BY, reason: None, at: AT }]
}

fn created() -> PlaceEvent {
    let event = json!({
        "type": "created", "place_id": ID, "owner_id": HOST, "status": "listed", "at": AT,
        "price": {"minor": 100, "currency": "EUR"}, "location_precision": "exact", "time_zone": "UTC",
        "capacity": 1, "min_nights": 1, "max_nights": 2, "check_in_time": "15:00:00", "check_out_time": "11:00:00",
        "instant_book": false, "amenities": [],
    });
    serde_json::from_value(event).unwrap()
}

/// What puts a place on the list or takes it off.
fn listings() -> [PlaceEvent; 4] {
    [
        PlaceEvent::Published { at: AT },
        PlaceEvent::Unpublished { at: AT },
        PlaceEvent::Archived { at: AT },
        PlaceEvent::Withheld { by: BY, reason: None, at: AT },
    ]
}

fn details() -> [PlaceEvent; 4] {
    let nights = Nights::new(date(2030, 6, 1), date(2030, 6, 2)).unwrap();
    [
        serde_json::from_value(json!({"type": "changed", "at": AT})).unwrap(),
        PlaceEvent::Released { by: BY, reason: None, at: AT },
        PlaceEvent::NightsBlocked { block_id: BY, nights, reason: None, at: AT },
        PlaceEvent::BlockRemoved { block_id: BY, nights, at: AT },
    ]
}

fn published() -> ReviewEvent {
    ReviewEvent::Published {
        booking_id: BY,
        place_id: BY,
        author_id: BY,
        subject: Subject::Guest,
        rating: Stars::new(5).unwrap(),
        categories: Categories::new(),
        occasion: Occasion::BothIn,
        at: AT,
    }
}

fn added() -> AmenityEvent {
    let event = json!({
        "type": "added", "amenity_id": ID, "code": "wine_cellar", "name_en": "Wine cellar", "name_fr": "Cave",
        "by": BY, "at": AT,
    });
    serde_json::from_value(event).unwrap()
}

#[test]
fn whatever_happens_to_an_account_changes_its_profile() {
    for event in account_events().into_iter().chain(suspensions()) {
        let touched = by(Source::Users, Event::User(event.clone()));
        assert_eq!(touched, Touched { users: one(ID), ..nothing() }, "{event:?}");
    }
}

#[test]
fn a_new_place_is_its_hosts_too() {
    let touched = by(Source::Places, Event::Place(created()));
    assert_eq!(touched, Touched { places: one(ID), users: one(HOST), ..nothing() });
}

#[test]
fn who_lists_a_place_or_no_longer_lists_more_or_less() {
    for event in listings() {
        let touched = by(Source::Places, Event::Place(event.clone()));
        assert_eq!(touched, Touched { places: one(ID), hosts_of: one(ID), ..nothing() }, "{event:?}");
    }
}

#[test]
fn the_rest_of_what_happens_to_a_place_changes_it_alone() {
    for event in details() {
        let touched = by(Source::Places, Event::Place(event.clone()));
        assert_eq!(touched, Touched { places: one(ID), ..nothing() }, "{event:?}");
    }
}

#[test]
fn a_suspension_hides_places_and_nothing_else_of_an_account_does() {
    for event in suspensions() {
        let touched = by(Source::Places, Event::User(event.clone()));
        assert_eq!(touched, Touched { users: one(ID), all_places: true, ..nothing() }, "{event:?}");
    }
    for event in account_events() {
        assert_eq!(by(Source::Places, Event::User(event.clone())), nothing(), "{event:?}");
    }
}

#[test]
fn a_review_counts_from_when_it_is_published_until_it_is_hidden() {
    for event in [published(), ReviewEvent::Hidden { by: BY, reason: None, at: AT }] {
        let touched = by(Source::Reviews, Event::Review(event.clone()));
        assert_eq!(touched, Touched { reviewed_by: one(ID), ..nothing() }, "{event:?}");
    }
    let submitted = json!({
        "type": "submitted", "review_id": ID, "booking_id": BY, "place_id": BY, "guest_id": BY, "host_id": BY,
        "subject": "place", "window_end": AT, "at": AT,
    });
    for event in [serde_json::from_value(submitted).unwrap(), ReviewEvent::Replied { text: None, at: AT }] {
        assert_eq!(by(Source::Reviews, Event::Review(event)), nothing());
    }
}

#[test]
fn a_new_name_for_an_amenity_may_be_any_places() {
    let touched = by(Source::Amenities, Event::Amenity(added()));
    assert_eq!(touched, Touched { all_places: true, ..nothing() });
}

#[test]
fn an_event_changes_nothing_by_way_of_a_view_that_does_not_use_it() {
    let [suspended, _] = suspensions();
    let booking = Event::Booking(BookingEvent::Expired { at: AT });
    let others = [
        (Source::Users, vec![Event::Place(created()), Event::Review(published()), Event::Amenity(added())]),
        (Source::Places, vec![Event::Review(published()), Event::Amenity(added())]),
        (Source::Reviews, vec![Event::Place(created()), Event::User(suspended), Event::Amenity(added())]),
        (Source::Amenities, vec![Event::Place(created()), Event::Review(published())]),
    ];
    for (source, events) in others {
        for event in events.into_iter().chain([booking.clone()]) {
            assert_eq!(by(source, event.clone()), nothing(), "{source:?}: {event:?}");
        }
    }
}
