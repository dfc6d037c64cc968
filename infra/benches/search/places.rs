//! A world of places, made as hosts make them: deterministic, and the same for every size but larger.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use commands::place::{BlockNights, CreatePlace, PlaceDraft, block, create};
use commands::{Actor, Context};
use domain::amenity::STANDARD;
use domain::place::{AmenityCode, Coordinates, LocationPrecision, PlaceDetails};
use domain::text::Text;
use domain::zone::Zone;
use domain::{Currency, Money, Nights};
use futures::StreamExt as _;
use jiff::ToSpan as _;
use jiff::civil::{Date, time};
use projections::Waited;
use sqlx::ConnectOptions as _;
use uuid::Uuid;

use crate::house::House;

/// Places of one city.
const A_CITY: usize = 400;
/// Places that are made at once.
const AT_ONCE: usize = 64;
/// Hosts share the places between them.
const HOSTS: usize = 64;
/// Every so many places have nights that are taken.
const TAKEN: usize = 3;

const KINDS: [&str; 8] = ["Loft", "Apartment", "House", "Studio", "Cottage", "Villa", "Room", "Penthouse"];
const MANNERS: [&str; 10] =
    ["Sunny", "Quiet", "Charming", "Modern", "Cozy", "Spacious", "Historic", "Bright", "Elegant", "Rustic"];
const SYLLABLES: [&str; 16] =
    ["ba", "cor", "del", "fa", "gri", "hul", "jor", "ka", "lim", "mo", "nar", "pel", "qui", "ros", "tu", "ven"];

/// What has been made so far.
pub(crate) struct World {
    hosts: Vec<Uuid>,
    size: usize,
    /// The first place, and how often it has changed since.
    first: Option<(Uuid, usize)>,
    /// Tomorrow's date, UTC.
    pub(crate) tomorrow: Date,
}

impl World {
    /// An empty world, and its hosts.
    pub(crate) async fn begin(house: &House) -> Self {
        let mut hosts = Vec::new();
        for number in 0..HOSTS {
            let body = serde_json::json!({
                "email": format!("host{number}@example.org"), "password": "correct horse battery",
                "first_name": "Ada", "last_name": "Bench",
            });
            let made = house.post("/api/v1/auth/register", None, &body).await;
            hosts.push(made["data"]["id"].as_str().unwrap().parse().unwrap());
        }
        let tomorrow = Zone::UTC.date_at(jiff::Timestamp::now()).saturating_add(1.day());
        Self { hosts, size: 0, first: None, tomorrow }
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// How many cities there are.
    pub(crate) fn cities(&self) -> usize {
        self.size.div_ceil(A_CITY)
    }

    /// Makes places until there are `size`, and waits until the views, and the index where there is one, hold them.
    pub(crate) async fn grow(&mut self, house: &House, size: usize, indexed: bool, deadline: Instant) {
        let from = self.size;
        self.size = size.max(from);
        let made = futures::stream::iter(from..size).map(|number| self.make(house, number));
        let made: Vec<Uuid> = made.buffered(AT_ONCE).collect().await;
        self.first = self.first.or(made.first().map(|id| (*id, 0)));
        self.settle(house, indexed, deadline).await;
        // As the server does by itself in time; on a connection that no statement is too long for.
        let mut connection = house.database.options.connect().await.unwrap();
        sqlx::query("vacuum analyze").execute(&mut connection).await.unwrap();
    }

    /// Waits until the views, and the index where there is one, contain the log.
    pub(crate) async fn settle(&self, house: &House, indexed: bool, deadline: Instant) {
        let head = house.app.views.head().await.unwrap();
        assert_eq!(house.app.views.wait_for(head, deadline).await, Waited::Reached);
        if indexed {
            wait_for_the_index(house, head, deadline).await;
        }
    }

    /// Changes a place.
    pub(crate) async fn change(&mut self, house: &House) {
        let (place, changes) = self.first.as_mut().unwrap();
        *changes += 1;
        let from = self.tomorrow.saturating_add((100 + 2 * *changes as i64).days());
        let nights = Nights::new(from, from.saturating_add(1.day())).unwrap();
        let wish = BlockNights { block_id: Uuid::now_v7(), nights, reason: None };
        block(&house.app.commands, &as_host(self.hosts[0]), *place, wish).await.unwrap();
    }

    async fn make(&self, house: &House, number: usize) -> Uuid {
        let context = as_host(self.hosts[number % HOSTS]);
        let place = PlaceDraft { details: details(number), zone_given: true };
        let made = create(&house.app.commands, &context, CreatePlace { draft: false, place }).await.unwrap();
        if number.is_multiple_of(TAKEN) {
            let from = self.tomorrow.saturating_add(((number / TAKEN % 50) as i64).days());
            let nights = Nights::new(from, from.saturating_add(7.days())).unwrap();
            let wish = BlockNights { block_id: Uuid::now_v7(), nights, reason: None };
            block(&house.app.commands, &context, made.resource_id, wish).await.unwrap();
        }
        made.resource_id
    }
}

fn as_host(id: Uuid) -> Context {
    let actor = Actor::User { id, roles: BTreeSet::new(), session_id: Uuid::nil() };
    Context { actor, request_id: "bench".to_owned(), if_match: None, idempotency: None }
}

/// Waits until the index that is asked contains the log up to `head`.
async fn wait_for_the_index(house: &House, head: u64, deadline: Instant) {
    let sql = "select exists(select from search_indexes where state = 'live' and position >= $1)";
    let head = i64::try_from(head).unwrap();
    while !sqlx::query_scalar::<_, bool>(sql).bind(head).fetch_one(house.app.pool()).await.unwrap() {
        assert!(Instant::now() < deadline, "the index is not filled in time");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A name that is a word: the same number, the same name.
fn word(number: usize) -> String {
    let syllables = [number % 16, number / 16 % 16, number / 256 % 16].map(|index| SYLLABLES[index]);
    let mut name = syllables.concat();
    name[..1].make_ascii_uppercase();
    name
}

/// A city by its number.
pub(crate) fn city(number: usize) -> String {
    format!("{}ville", word(number))
}

/// Where a city is: its places lie within some 15 km.
pub(crate) fn centre(city: usize) -> Coordinates {
    let latitude = (city * 37 % 1_200) as f64 / 10.0 - 60.0;
    let longitude = (city * 101 % 3_600) as f64 / 10.0 - 180.0;
    Coordinates::new(latitude, longitude).unwrap()
}

/// A neighbourhood of a city: a tenth of its places lie in it.
pub(crate) fn neighbourhood(city: usize, number: usize) -> String {
    format!("{}{}", word(city + 7), word(number + 1_000).to_lowercase())
}

/// What amenities a place has: the first of the catalogue are common, the last are rare.
fn amenities(number: usize) -> Vec<AmenityCode> {
    let has = |index: &usize| mix(number, 100 + index).is_multiple_of(index + 2);
    (0..STANDARD.len()).filter(has).map(|index| AmenityCode::parse(STANDARD[index].code).unwrap()).collect()
}

fn details(number: usize) -> PlaceDetails {
    let pick = |salt: usize, of: usize| mix(number, salt) % of;
    let town = number / A_CITY;
    let around = neighbourhood(town, pick(1, 10));
    let title = format!("{} {} in {around}", MANNERS[pick(2, MANNERS.len())], KINDS[pick(3, KINDS.len())]);
    let prose: Vec<String> = (0..40).map(|at| word(pick(200 + at, 20 + 90 * at))).collect();
    let offset = |salt: usize| (pick(salt, 200) as f64 - 100.0) / 1_000.0;
    let middle = centre(town);
    let coordinates = Coordinates::new(middle.latitude() + offset(4), middle.longitude() + offset(5)).ok();
    PlaceDetails {
        title: Some(Text::parse(&title).unwrap()),
        description: Some(Text::parse(&format!("{}.", prose.join(" "))).unwrap()),
        price: Money { minor: 2_000 + (pick(6, 60) * pick(7, 600)) as i64, currency: Currency::EUR },
        coordinates,
        location_precision: LocationPrecision::Approximate,
        address: None,
        city: Some(Text::parse(&city(town)).unwrap()),
        country: None,
        time_zone: Zone::UTC,
        capacity: 1 + pick(8, 8) as u32,
        min_nights: 1 + pick(9, 3) as u32,
        max_nights: 365,
        check_in_time: time(15, 0, 0, 0),
        check_out_time: time(11, 0, 0, 0),
        house_rules: None,
        instant_book: pick(10, 2) == 0,
        amenities: amenities(number),
    }
}

/// A number that looks like chance and is none (the finalizer of SplitMix64).
pub(crate) fn mix(number: usize, salt: usize) -> usize {
    let mut bits = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(salt as u64);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits ^ (bits >> 31)) as usize >> 1
}
