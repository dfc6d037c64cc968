//! The marketplace as the log alone tells it: an independent fold that asserts its rules at every step.

use std::collections::{BTreeMap, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::log::Entry;

/// Who holds nights, and which bookings there are, after the last event.
#[derive(Debug, Default)]
pub(super) struct Replay {
    /// Each night that is not free.
    pub(super) nights: BTreeMap<(Uuid, Date), Held>,
    /// Every booking that was ever requested.
    pub(super) bookings: HashMap<Uuid, Booking>,
    places: HashMap<Uuid, Place>,
    blocks: HashMap<Uuid, Vec<(Uuid, Date)>>,
}

/// A night that is not free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    /// The booking or the block.
    pub(super) holder: Uuid,
    /// `pending`, `booked` or `blocked`.
    pub(super) kind: &'static str,
}

/// What a booking froze.
#[derive(Debug)]
pub(super) struct Booking {
    /// In minor units.
    pub(super) total: i64,
    /// Its nights, of one place.
    nights: Vec<(Uuid, Date)>,
}

#[derive(Debug)]
struct Place {
    listed: bool,
    price: Value,
}

impl Replay {
    /// Folds the log. Panics where a night is sold twice, a place is booked that is not listed, or a booking froze
    /// another price than the one that held at its position.
    pub(super) fn of(log: &[Entry]) -> Self {
        let mut replay = Self::default();
        for entry in log {
            replay.apply(entry);
        }
        replay
    }

    /// The nights of one place.
    pub(super) fn calendar(&self, place: Uuid) -> BTreeMap<Date, Held> {
        let of_place = self.nights.iter().filter(|((id, _), _)| *id == place);
        of_place.map(|((_, night), held)| (*night, held.clone())).collect()
    }

    fn apply(&mut self, entry: &Entry) {
        let payload = &entry.payload;
        match entry.event_type.as_str() {
            "place.created" => {
                let place = Place { listed: payload["status"] == "listed", price: payload["price"].clone() };
                self.places.insert(entry.stream, place);
            }
            "place.changed" => {
                if let Some(price) = payload.get("price") {
                    self.place(entry.stream).price = price.clone();
                }
            }
            "place.published" => self.place(entry.stream).listed = true,
            "place.unpublished" | "place.archived" | "place.withheld" => self.place(entry.stream).listed = false,
            "place.nights_blocked" => {
                let (block, nights) = (id(&payload["block_id"]), nights(entry.stream, payload));
                self.take(&nights, block, "blocked", entry.position);
                self.blocks.insert(block, nights);
            }
            "place.block_removed" => {
                let nights = self.blocks.remove(&id(&payload["block_id"])).expect("a block is removed once");
                self.free(&nights);
            }
            "booking.requested" => self.request(entry),
            "booking.confirmed" => self.hold(entry.stream, "booked"),
            "booking.declined" | "booking.cancelled" | "booking.expired" => {
                let nights = self.bookings[&entry.stream].nights.clone();
                self.free(&nights);
            }
            "booking.completed" | "place.released" => {}
            other => assert!(
                ["user.", "review.", "amenity."].iter().any(|noun| other.starts_with(noun)),
                "an event that this replay does not know: {other}"
            ),
        }
    }

    fn request(&mut self, entry: &Entry) {
        let (payload, position) = (&entry.payload, entry.position);
        let place_id = id(&payload["place_id"]);
        let nights = nights(place_id, &payload["nights"]);
        let place = self.place(place_id);
        assert!(place.listed, "a place that is not listed is booked at {position}");
        let unit = place.price.clone();
        let total = unit["minor"].as_i64().expect("minor units") * nights.len() as i64;
        let price = &payload["price"];
        assert_eq!(price["lines"][0]["unit"], unit, "not the price that held at {position}");
        assert_eq!(price["lines"][0]["quantity"], nights.len(), "not the nights of the stay at {position}");
        assert_eq!(price["total"]["minor"], total, "not the sum at {position}");
        assert_eq!(price["total"]["currency"], unit["currency"], "another currency at {position}");
        self.take(&nights, entry.stream, "pending", position);
        let before = self.bookings.insert(entry.stream, Booking { total, nights });
        assert!(before.is_none(), "a booking is requested twice at {position}");
    }

    fn place(&mut self, id: Uuid) -> &mut Place {
        self.places.get_mut(&id).expect("a place is created before anything else happens to it")
    }

    fn take(&mut self, nights: &[(Uuid, Date)], holder: Uuid, kind: &'static str, position: i64) {
        for night in nights {
            let before = self.nights.insert(*night, Held { holder, kind });
            assert!(before.is_none(), "{night:?} is given twice, at last at {position}");
        }
    }

    fn hold(&mut self, booking: Uuid, kind: &'static str) {
        for night in &self.bookings[&booking].nights {
            self.nights.get_mut(night).expect("a booking holds its nights until it ends").kind = kind;
        }
    }

    fn free(&mut self, nights: &[(Uuid, Date)]) {
        for night in nights {
            self.nights.remove(night).expect("what is freed was held");
        }
    }
}

fn id(value: &Value) -> Uuid {
    value.as_str().and_then(|id| id.parse().ok()).expect("an id")
}

fn nights(place: Uuid, range: &Value) -> Vec<(Uuid, Date)> {
    let date = |name: &str| -> Date { range[name].as_str().and_then(|date| date.parse().ok()).expect("a date") };
    let last = date("check_out");
    date("check_in").series(1.day()).take_while(|night| *night < last).map(|night| (place, night)).collect()
}
