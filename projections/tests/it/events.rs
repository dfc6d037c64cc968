//! Events as the domain makes them, with sensible values.

use domain::booking::{BookingEvent, Offer, Party, Price};
use domain::place::{Coordinates, LocationPrecision, PlaceChanges, PlaceDetails, PlaceEvent, PlaceStatus};
use domain::text::{Note, Text};
use domain::user::UserEvent;
use domain::zone::Zone;
use domain::{Currency, Email, Event, Money, Nights};
use jiff::civil::{Date, date, time};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

pub(crate) const ADA: Uuid = Uuid::from_u128(0xada);
pub(crate) const BOB: Uuid = Uuid::from_u128(0xb0b);
pub(crate) const LOFT: Uuid = Uuid::from_u128(0x10f7);
pub(crate) const STAY: Uuid = Uuid::from_u128(0x57a7);

/// Seconds after the beginning of 2030.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_893_456_000 + second).unwrap()
}

pub(crate) fn text<const MIN: usize, const MAX: usize, const LINES: bool>(raw: &str) -> Text<MIN, MAX, LINES> {
    Text::parse(raw).unwrap()
}

pub(crate) fn euros(amount: &str) -> Money {
    Money::price(amount, Currency::EUR).unwrap()
}

pub(crate) fn point(latitude: f64, longitude: f64) -> Coordinates {
    Coordinates::new(latitude, longitude).unwrap()
}

/// Nights of June 2030, by the days of arrival and departure.
pub(crate) fn june(from: i8, to: i8) -> Nights {
    Nights::new(date(2030, 6, from), date(2030, 6, to)).unwrap()
}

pub(crate) fn june_day(day: i8) -> Date {
    date(2030, 6, day)
}

pub(crate) fn registered(id: Uuid, first_name: &str) -> (Uuid, Event) {
    let event = UserEvent::Registered {
        user_id: id,
        email: Some(Email::parse(&format!("{first_name}.{id}@example.org")).unwrap()),
        first_name: Some(text(first_name)),
        last_name: Some(text("Lovelace")),
        phone: None,
        locale: Some("fr".to_owned()),
        time_zone: Some("Europe/Paris".parse().unwrap()),
        at: at(0),
    };
    (id, Event::User(event))
}

pub(crate) fn details() -> PlaceDetails {
    PlaceDetails {
        title: Some(text("Loft under the roofs")),
        description: Some(text("Light.\nQuiet.")),
        price: euros("120.00"),
        coordinates: Some(point(48.856_614, 2.352_222)),
        location_precision: LocationPrecision::Approximate,
        address: Some(text("1 rue de la Paix")),
        city: Some(text("Orléans")),
        country: Some(text("France")),
        time_zone: "Europe/Paris".parse().unwrap(),
        capacity: 4,
        min_nights: 1,
        max_nights: 365,
        check_in_time: time(15, 0, 0, 0),
        check_out_time: time(11, 0, 0, 0),
        house_rules: None,
        instant_book: false,
        amenities: vec![],
    }
}

pub(crate) fn created(id: Uuid, owner_id: Uuid, details: PlaceDetails) -> (Uuid, Event) {
    created_at(id, owner_id, details, 0)
}

pub(crate) fn created_at(id: Uuid, owner_id: Uuid, details: PlaceDetails, second: i64) -> (Uuid, Event) {
    let status = PlaceStatus::Listed;
    let event = PlaceEvent::Created { place_id: id, owner_id, status, details, import: None, at: at(second) };
    (id, Event::Place(event))
}

pub(crate) fn changed(id: Uuid, changes: PlaceChanges) -> (Uuid, Event) {
    (id, Event::Place(PlaceEvent::Changed { changes, at: at(60) }))
}

pub(crate) fn blocked(id: Uuid, block_id: Uuid, nights: Nights) -> (Uuid, Event) {
    (id, Event::Place(PlaceEvent::NightsBlocked { block_id, nights, reason: Some(text("Painting")), at: at(70) }))
}

pub(crate) fn offer(place_id: Uuid, host_id: Uuid, nights: Nights) -> Offer {
    let check_in_at = Zone::UTC.instant(nights.check_in(), time(15, 0, 0, 0)).unwrap();
    Offer {
        place_id,
        host_id,
        nights,
        guests: 2,
        price: Price::of(euros("120.00"), nights).unwrap(),
        time_zone: Zone::UTC,
        check_in_at,
        check_out_at: Zone::UTC.instant(nights.check_out(), time(11, 0, 0, 0)).unwrap(),
        expires_at: at(100) + 24.hours(),
        instant: false,
    }
}

/// Bob asks for Ada's loft.
pub(crate) fn requested(id: Uuid, nights: Nights) -> (Uuid, Event) {
    requested_by(id, BOB, nights, 100)
}

pub(crate) fn requested_by(id: Uuid, guest_id: Uuid, nights: Nights, second: i64) -> (Uuid, Event) {
    let offer = offer(LOFT, ADA, nights);
    let message = Some(text("Hello!"));
    (
        id,
        Event::Booking(BookingEvent::Requested {
            booking_id: id,
            guest_id,
            offer,
            place_version: 1,
            message,
            at: at(second),
        }),
    )
}

pub(crate) fn confirmed(id: Uuid) -> (Uuid, Event) {
    (id, Event::Booking(BookingEvent::Confirmed { by: Party::Host, check_out_at: at(900), at: at(110) }))
}

pub(crate) fn declined(id: Uuid) -> (Uuid, Event) {
    (id, Event::Booking(BookingEvent::Declined { by: Party::Host, reason: None, at: at(110) }))
}

pub(crate) fn cancelled(id: Uuid, reason: Option<Note>) -> (Uuid, Event) {
    (id, Event::Booking(BookingEvent::Cancelled { by: Party::Guest, reason, at: at(120) }))
}
