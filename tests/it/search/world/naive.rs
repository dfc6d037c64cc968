//! A place as plain data, a question as plain data, and the answer by looking at each place.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use harness::day;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) const CITIES: [&str; 3] = ["Orléans", "Tours", "Brest"];
/// In the order of their bars.
const CURRENCIES: [&str; 2] = ["EUR", "USD"];
pub(super) const CODES: [&str; 4] = ["wifi", "pool", "kitchen", "elevator"];
/// Of a night, in whole units of the currency.
pub(super) const PRICES: Range<i64> = 10..200;
/// Where the bars of the histogram of prices begin and end, as far as these prices go.
const BARS: [i64; 7] = [0, 25, 50, 75, 100, 150, 200];
/// Where the bars of the histogram of ratings begin, in hundredths of a star, best first.
const RATING_BARS: [i64; 5] = [450, 400, 300, 200, 100];
/// Days from today on which stays may begin.
pub(super) const FIRST_DAY: i64 = 30;

/// A place.
#[derive(Debug, Clone)]
pub(in crate::search) struct Plain {
    pub(in crate::search) id: Uuid,
    /// 0 is the oldest.
    pub(super) age: usize,
    pub(super) listed: bool,
    pub(super) price: i64,
    pub(super) currency: &'static str,
    /// Hundredths of a degree: nothing is snapped.
    pub(super) at: Option<(i32, i32)>,
    pub(super) city: &'static str,
    pub(super) capacity: u32,
    pub(super) min_nights: i64,
    pub(super) max_nights: i64,
    pub(super) instant_book: bool,
    pub(super) amenities: BTreeSet<&'static str>,
    /// First day and day of departure, by booking or block.
    pub(super) taken: BTreeMap<Uuid, (i64, i64)>,
    /// Of published reviews.
    pub(super) stars: BTreeMap<Uuid, u8>,
}

/// Near the date line, so that it is crossed.
fn spot() -> impl Strategy<Value = (i32, i32)> {
    (-20..20_i32, -20..20_i32).prop_map(|(north, east)| {
        let longitude = 18_000 + east;
        (-1_700 + north, if longitude > 18_000 { longitude - 36_000 } else { longitude })
    })
}

fn codes() -> impl Strategy<Value = BTreeSet<&'static str>> {
    prop::sample::subsequence(CODES.to_vec(), 0..=CODES.len()).prop_map(BTreeSet::from_iter)
}

pub(super) fn plain() -> impl Strategy<Value = Plain> {
    let terms = (PRICES, prop::sample::select(CURRENCIES.to_vec()), 1..6_u32, 1..4_i64, 3..12_i64);
    let offers = (prop::option::weighted(0.9, spot()), prop::sample::select(CITIES.to_vec()), any::<bool>(), codes());
    (terms, offers).prop_map(|((price, currency, capacity, min, max), (at, city, instant_book, amenities))| Plain {
        id: Uuid::nil(),
        age: 0,
        listed: true,
        price,
        currency,
        at,
        city,
        capacity,
        min_nights: min,
        max_nights: max,
        instant_book,
        amenities,
        taken: BTreeMap::new(),
        stars: BTreeMap::new(),
    })
}

fn degrees(hundredths: i32) -> f64 {
    f64::from(hundredths) / 100.0
}

impl Plain {
    pub(super) fn body(&self) -> Value {
        let (latitude, longitude) = self.at.map(|(north, east)| (degrees(north), degrees(east))).unzip();
        json!({
            "price": self.price.to_string(), "currency": self.currency, "latitude": latitude, "longitude": longitude,
            "city": self.city, "capacity": self.capacity, "min_nights": self.min_nights, "max_nights": self.max_nights,
            "instant_book": self.instant_book, "amenities": self.amenities, "location_precision": "exact",
        })
    }

    /// Along the surface, by the angle between two directions in space.
    fn kilometres_to(&self, (north, east): (i32, i32)) -> Option<f64> {
        let direction = |(north, east): (i32, i32)| {
            let (latitude, longitude) = (degrees(north).to_radians(), degrees(east).to_radians());
            [latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin()]
        };
        let (one, other) = (direction(self.at?), direction((north, east)));
        let straight = one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        Some(2.0 * 6371.0088 * (straight / 2.0).asin())
    }

    /// In hundredths of a star, halves rounded up; 0 without reviews.
    fn rating(&self) -> i64 {
        let (sum, count) = (self.stars.values().map(|stars| i64::from(*stars)).sum::<i64>(), self.stars.len() as i64);
        if count == 0 { 0 } else { (200 * sum + count) / (2 * count) }
    }

    fn is_free(&self, (from, to): (i64, i64)) -> bool {
        let nights = to - from;
        let fits = (self.min_nights..=self.max_nights).contains(&nights);
        fits && self.taken.values().all(|(taken_from, taken_to)| *taken_to <= from || *taken_from >= to)
    }
}

#[derive(Debug, Clone)]
enum Where {
    Anywhere,
    City(&'static str),
    Around((i32, i32), f64),
    Box { south: i32, north: i32, west: i32, east: i32 },
}

/// What is asked.
#[derive(Debug, Clone)]
pub(in crate::search) struct Question {
    price: Option<(i64, i64)>,
    currency: &'static str,
    place: Where,
    stay: Option<(i64, i64)>,
    guests: Option<u32>,
    amenities: BTreeSet<&'static str>,
    instant_book: Option<bool>,
    /// Hundredths of a star.
    rating_min: Option<i64>,
    sort: &'static str,
}

/// What is right.
#[derive(Debug, Default, PartialEq)]
pub(in crate::search) struct Expected {
    pub(in crate::search) ids: Vec<Uuid>,
    pub(super) counts: Counts,
}

/// How many match, and what they have.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Counts {
    total: usize,
    amenities: BTreeMap<String, usize>,
    cities: BTreeMap<String, usize>,
    /// Bars, as they are written.
    prices: Vec<Value>,
    ratings: Vec<Value>,
}

impl Counts {
    /// As an answer tells them, for certain.
    pub(super) fn told_in(data: &Value) -> Self {
        assert_eq!(data["total_is_exact"], true, "{data}");
        let number = |value: &Value| value.as_u64().and_then(|count| count.try_into().ok()).expect("a count");
        let facet = |name: &str| data["facets"][name].as_array().expect("a facet").clone();
        let counted = |name: &str, key: &str| {
            let one = |one: &Value| (one[key].as_str().expect("a name").to_owned(), number(&one["count"]));
            facet(name).iter().map(one).collect()
        };
        Self {
            total: number(&data["total"]),
            amenities: counted("amenities", "code"),
            cities: counted("cities", "city"),
            prices: facet("prices"),
            ratings: facet("ratings"),
        }
    }
}

/// How many places there are in each bar of ratings, those without one last; bars without a place are left out.
fn rating_bars(places: &[&Plain]) -> Vec<Value> {
    let edge = |place: &Plain| RATING_BARS.into_iter().find(|edge| place.rating() >= *edge);
    let edges = RATING_BARS.into_iter().map(Some).chain([None]);
    let bar = |from: Option<i64>| {
        let count = places.iter().filter(|place| edge(place) == from).count();
        let stars = from.map(|hundredths| hundredths as f64 / 100.0);
        (count > 0).then(|| json!({"from": stars, "count": count}))
    };
    edges.filter_map(bar).collect()
}

/// How many places there are between two prices, currency by currency; bars without a place are left out.
fn price_bars(places: &[&Plain]) -> Vec<Value> {
    let bar = |currency: &'static str, from: i64, below: i64| {
        let is_there = |place: &&&Plain| place.currency == currency && (from..below).contains(&place.price);
        let count = places.iter().filter(is_there).count();
        let money = |amount: i64| json!({"amount": format!("{amount}.00"), "currency": currency});
        (count > 0).then(|| json!({"from": money(from), "below": money(below), "count": count}))
    };
    let bars = |currency| BARS.windows(2).filter_map(move |edges| bar(currency, edges[0], edges[1]));
    CURRENCIES.into_iter().flat_map(bars).collect()
}

pub(super) fn question() -> impl Strategy<Value = Question> {
    let place = prop_oneof![
        2 => Just(Where::Anywhere),
        1 => prop::sample::select(CITIES.to_vec()).prop_map(Where::City),
        2 => (spot(), 1..40_u32).prop_map(|(spot, km)| Where::Around(spot, f64::from(km) + 0.1234)),
        1 => (spot(), spot()).prop_map(|((one, west), (other, east))| {
            // The westernmost meridian of the world of this test lies west of the date line.
            let from_west = |east: i32| if east < 0 { east + 36_000 } else { east };
            let (west, east) = if from_west(west) <= from_west(east) { (west, east) } else { (east, west) };
            Where::Box { south: one.min(other), north: one.max(other), west, east }
        }),
    ];
    let stay = prop::option::of((FIRST_DAY..FIRST_DAY + 20, 1..6_i64).prop_map(|(from, nights)| (from, from + nights)));
    let price = prop::option::weighted(0.3, (10..100_i64, 0..100_i64).prop_map(|(min, more)| (min, min + more)));
    let guests = prop::option::weighted(0.3, 1..6_u32);
    let few = prop_oneof![2 => Just(BTreeSet::new()), 1 => codes()];
    let sort = prop::sample::select(vec!["relevance", "newest", "price", "-price", "rating", "distance"]);
    let currency = prop::sample::select(CURRENCIES.to_vec());
    let rating_min = prop::option::weighted(0.2, prop::sample::select(vec![100, 350, 400, 450, 467, 500]));
    let rest = (prop::option::weighted(0.2, any::<bool>()), rating_min, sort, currency);
    (price, place, stay, guests, few, rest).prop_map(|(price, place, stay, guests, amenities, rest)| {
        let (instant_book, rating_min, sort, currency) = rest;
        let sort = if sort == "distance" && !matches!(place, Where::Around(..)) { "newest" } else { sort };
        Question { price, currency, place, stay, guests, amenities, instant_book, rating_min, sort }
    })
}

impl Question {
    pub(super) fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![("sort", self.sort.to_owned())];
        if let Some((min, max)) = self.price {
            all.extend([("price_min", min.to_string()), ("price_max", max.to_string())]);
            all.push(("currency", self.currency.to_owned()));
        }
        let at = |hundredths: &i32| degrees(*hundredths).to_string();
        match &self.place {
            Where::Anywhere => {}
            Where::City(city) => all.push(("location", city.to_uppercase())),
            Where::Around((north, east), km) => {
                all.extend([("location", format!("{},{}", at(north), at(east))), ("radius", km.to_string())]);
            }
            Where::Box { south, north, west, east } => {
                all.push(("bbox", [west, south, east, north].map(at).join(",")));
            }
        }
        if let Some((from, to)) = self.stay {
            all.extend([("check_in", day(from)), ("check_out", day(to))]);
        }
        all.extend(self.guests.map(|guests| ("guests", guests.to_string())));
        all.extend(self.amenities.iter().map(|code| ("amenities", (*code).to_owned())));
        all.extend(self.instant_book.map(|instant| ("instant_book", instant.to_string())));
        all.extend(self.rating_min.map(|hundredths| ("rating_min", (hundredths as f64 / 100.0).to_string())));
        all
    }

    pub(in crate::search) fn answer<'p>(&self, places: impl Iterator<Item = &'p Plain>) -> Expected {
        let mut found: Vec<&Plain> = places.filter(|place| self.wants(place)).collect();
        // By id among equals; ids grow with age, but that is not relied upon.
        found.sort_by_key(|place| place.id);
        match self.sort {
            "price" => found.sort_by_key(|place| place.price),
            "-price" => found.sort_by_key(|place| Reverse(place.price)),
            "distance" => found.sort_by_key(|place| self.millimetres(place)),
            "rating" => found.sort_by_key(|place| Reverse(place.rating())),
            _ => found.sort_by_key(|place| Reverse(place.age)),
        }
        let (prices, ratings) = (price_bars(&found), rating_bars(&found));
        let mut counts = Counts { total: found.len(), prices, ratings, ..Counts::default() };
        for place in &found {
            *counts.cities.entry(place.city.to_owned()).or_default() += 1;
            for code in &place.amenities {
                *counts.amenities.entry((*code).to_owned()).or_default() += 1;
            }
        }
        Expected { ids: found.iter().map(|place| place.id).collect(), counts }
    }

    pub(in crate::search) fn wants(&self, place: &Plain) -> bool {
        place.listed
            && self.price.is_none_or(|(min, max)| place.currency == self.currency && (min..=max).contains(&place.price))
            && self.stay.is_none_or(|stay| place.is_free(stay))
            && self.guests.is_none_or(|guests| place.capacity >= guests)
            && self.instant_book.is_none_or(|instant| place.instant_book == instant)
            && self.rating_min.is_none_or(|least| place.rating() >= least)
            && self.amenities.is_subset(&place.amenities)
            && self.is_there(place)
    }

    fn is_there(&self, place: &Plain) -> bool {
        match &self.place {
            Where::Anywhere => true,
            Where::City(city) => place.city == *city,
            Where::Around(centre, km) => place.kilometres_to(*centre).is_some_and(|distance| distance <= *km),
            Where::Box { south, north, west, east } => place.at.is_some_and(|(at_north, at_east)| {
                let between = if west <= east {
                    *west <= at_east && at_east <= *east
                } else {
                    at_east >= *west || at_east <= *east
                };
                *south <= at_north && at_north <= *north && between
            }),
        }
    }

    fn millimetres(&self, place: &Plain) -> i64 {
        match &self.place {
            Where::Around(centre, _) => place.kilometres_to(*centre).map_or(i64::MAX, |km| (km * 1e6).round() as i64),
            Where::Anywhere | Where::City(_) | Where::Box { .. } => 0,
        }
    }
}
