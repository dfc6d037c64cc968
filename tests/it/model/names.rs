//! From the model's numbers and plain values to the program's ids and types.

use std::collections::BTreeMap;

use commands::place::{ChangePlace, PriceChange};
use domain::place::{AmenityCode, Coordinates, LocationPrecision, PlaceChanges, PlaceDetails};
use domain::text::{Name, Note, Phone, Prose, Title};
use domain::zone::Zone;
use domain::{Currency, Email, Money, Patch};
use uuid::Uuid;

use super::act::{Change, Made, Terms, Thing};

const PEOPLE: [&str; 8] = ["ada", "bob", "chloe", "dora", "emil", "fatou", "gus", "hana"];

/// What the program calls the things of one world.
#[derive(Debug)]
pub(super) struct Names {
    /// Keeps the addresses and records of worlds that share a database apart.
    tag: String,
    ids: BTreeMap<Thing, Uuid>,
}

impl Names {
    pub(super) fn new(tag: String) -> Self {
        Self { tag, ids: BTreeMap::new() }
    }

    pub(super) fn learn(&mut self, thing: Thing, id: Uuid) {
        self.ids.insert(thing, id);
    }

    /// The id of a thing; one that nobody has for a thing that was never made.
    pub(super) fn id(&self, thing: Thing) -> Uuid {
        self.ids.get(&thing).copied().unwrap_or(Uuid::from_u128(0xbad))
    }

    pub(super) fn knows(&self, thing: Thing) -> bool {
        self.ids.contains_key(&thing)
    }

    /// A mailbox's address; upper and lower case are one.
    pub(super) fn email(&self, mailbox: u8, shouted: bool) -> Email {
        let name = PEOPLE[usize::from(mailbox)];
        let address = format!("{name}.{}@example.org", self.tag);
        Email::parse(&if shouted { address.to_uppercase() } else { address }).expect("an address")
    }

    /// The name of the source of imported places, and of its listings and hosts.
    pub(super) fn source(&self) -> String {
        format!("model-{}", self.tag)
    }
}

/// How an idempotency key and its body look.
pub(super) fn key(first: Made, another_body: bool) -> (String, [u8; 32]) {
    (format!("key-{first}"), [u8::from(another_body); 32])
}

pub(super) fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

/// What somebody writes with an attempt: never twice the same.
pub(super) fn note(attempt: Made) -> Note {
    Note::parse(&format!("Attempt {attempt}: voilà")).expect("a note")
}

pub(super) fn phone(number: Option<&str>) -> Option<Phone> {
    number.map(|number| Phone::parse(number).expect("a number"))
}

pub(super) fn zone(name: &str) -> Zone {
    name.parse().expect("a zone")
}

fn title(text: &str) -> Title {
    Title::parse(text).expect("a title")
}

fn prose(text: &str) -> Prose {
    Prose::parse(text).expect("a text")
}

pub(super) fn euros(cents: i64) -> Money {
    Money { minor: cents, currency: Currency::EUR }
}

/// A point in a zone: where it is, and what strangers see of that.
pub(super) fn coordinates(zone: &str) -> (Coordinates, Coordinates) {
    let (exact, shown) = match zone {
        "Europe/Paris" => ((48.8722, 2.3677), (48.87, 2.37)),
        "America/New_York" => ((42.3601, -71.0589), (42.36, -71.06)),
        "Australia/Lord_Howe" => ((-31.5553, 159.0821), (-31.56, 159.08)),
        _ => unreachable!("{zone} is not on the generator's map"),
    };
    let point = |(latitude, longitude)| Coordinates::new(latitude, longitude).expect("a point");
    (point(exact), point(shown))
}

/// A place with these terms, as the program sees it once its zone is found.
pub(super) fn details(terms: &Terms) -> PlaceDetails {
    PlaceDetails {
        title: Some(title(terms.title)),
        description: terms.description.map(prose),
        price: euros(terms.cents),
        coordinates: terms.zone.coordinates_in.map(|zone| coordinates(zone).0),
        location_precision: LocationPrecision::Approximate,
        address: None,
        city: None,
        country: None,
        time_zone: zone(terms.zone.zone),
        capacity: terms.capacity,
        min_nights: terms.min_nights,
        max_nights: terms.max_nights,
        check_in_time: terms.check_in_time,
        check_out_time: terms.check_out_time,
        house_rules: None,
        instant_book: terms.instant,
        amenities: vec![AmenityCode::parse("wifi").expect("a code")],
    }
}

/// The same changes as a host sends them; of two for one field the later one counts.
pub(super) fn change_of(changes: &[Change]) -> ChangePlace {
    let (mut patch, mut price) = (PlaceChanges::default(), None);
    for change in changes {
        match *change {
            Change::Title(text) => patch.title = Patch::Set(title(text)),
            Change::Description(text) => patch.description = text.map_or(Patch::Clear, |text| Patch::Set(prose(text))),
            Change::Cents(cents) => {
                let amount = format!("{}.{:02}", cents / 100, cents % 100);
                price = Some(PriceChange { amount, currency: None });
            }
            Change::Zone(name) => patch.time_zone = Some(zone(name)),
            Change::Capacity(capacity) => patch.capacity = Some(capacity),
            Change::MinNights(nights) => patch.min_nights = Some(nights),
            Change::MaxNights(nights) => patch.max_nights = Some(nights),
            Change::CheckInTime(time) => patch.check_in_time = Some(time),
            Change::CheckOutTime(time) => patch.check_out_time = Some(time),
            Change::Instant(instant) => patch.instant_book = Some(instant),
        }
    }
    ChangePlace { details: patch, price }
}
