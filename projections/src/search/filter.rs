//! What a guest asks for, and the same in SQL over `place_search_v1 s`.

use domain::place::{AmenityCode, Coordinates};
use domain::{Currency, Nights};
use sqlx::{Postgres, QueryBuilder};

use super::fold::fold;
use super::sphere::{self, EARTH_RADIUS_KM};
use crate::columns;

/// What a guest asks for: every condition that is given must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlaceFilter {
    /// The price of one night.
    pub price: Option<PriceRange>,
    /// Where.
    pub area: Option<Area>,
    /// Each of them must be there.
    pub amenities: Vec<AmenityCode>,
    /// Every night free, and as many as the place allows.
    pub stay: Option<Nights>,
    /// How many people must find room.
    pub guests: Option<u32>,
    /// The average of its published reviews, at least, in hundredths of a star; places without reviews do not match.
    pub rating_min: Option<u32>,
    /// Whether a booking is confirmed at once.
    pub instant_book: Option<bool>,
}

/// Prices in one currency; places priced in another do not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceRange {
    /// The currency.
    pub currency: Currency,
    /// At least, in minor units.
    pub min_minor: Option<i64>,
    /// At most, in minor units.
    pub max_minor: Option<i64>,
}

/// Where a place should be, as far as strangers are shown where places are.
#[derive(Debug, Clone, PartialEq)]
pub enum Area {
    /// In a city, accents, case and hyphens ignored.
    City(String),
    /// Around a point.
    Around {
        /// The point.
        centre: Coordinates,
        /// In kilometres; 500 at the most is sensible.
        radius_km: f64,
    },
    /// Between two parallels and two meridians, borders included.
    Box(GeoBox),
}

/// A rectangle on the map. It crosses the 180th meridian where its west lies east of its east.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeoBox {
    /// Its corner in the south-west.
    pub south_west: Coordinates,
    /// Its corner in the north-east; never south of the other.
    pub north_east: Coordinates,
}

/// In which order places are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PlaceSort {
    /// What fits the words best first, newest first among equals; newest first where nothing is typed.
    Relevance,
    /// Newest first; ties by id, here and below.
    #[default]
    Newest,
    /// Cheapest first; amounts are compared as numbers, so filter by a currency to compare like with like.
    Cheapest,
    /// Dearest first.
    Dearest,
    /// Best average of reviews first, places without reviews last.
    BestRated,
    /// Nearest first; newest first where the filter names no point.
    Nearest,
}

impl PlaceFilter {
    /// The point that distances are measured from: of a circle its centre.
    pub fn centre(&self) -> Option<Coordinates> {
        match self.area {
            Some(Area::Around { centre, .. }) => Some(centre),
            Some(Area::City(_) | Area::Box(_)) | None => None,
        }
    }

    /// Adds every condition, each with its `and`.
    pub(crate) fn push(&self, query: &mut QueryBuilder<'_, Postgres>) {
        query.push("s.listed");
        self.push_offer(query);
        self.push_stay(query);
        match &self.area {
            Some(Area::City(city)) => {
                query.push(" and s.city_key = ").push_bind(fold(city));
            }
            Some(Area::Around { centre, radius_km }) => push_circle(query, *centre, *radius_km),
            Some(Area::Box(bounds)) => bounds.push(query),
            None => {}
        }
    }

    fn push_offer(&self, query: &mut QueryBuilder<'_, Postgres>) {
        if let Some(price) = self.price {
            query.push(" and s.currency = ").push_bind(price.currency.code());
            if let Some(least) = price.min_minor {
                query.push(" and s.price_minor >= ").push_bind(least);
            }
            if let Some(most) = price.max_minor {
                query.push(" and s.price_minor <= ").push_bind(most);
            }
        }
        if let Some(guests) = self.guests {
            query.push(" and s.capacity >= ").push_bind(columns::integer(guests));
        }
        if !self.amenities.is_empty() {
            let codes: Vec<String> = self.amenities.iter().map(|code| code.as_str().to_owned()).collect();
            query.push(" and s.amenities @> ").push_bind(codes);
        }
        if let Some(least) = self.rating_min {
            // Without reviews the rating is 0, which a least of 0 must not let in.
            query.push(" and s.reviews > 0 and s.rating >= ").push_bind(columns::integer(least));
        }
        if let Some(instant) = self.instant_book {
            query.push(" and s.instant_book = ").push_bind(instant);
        }
    }

    fn push_stay(&self, query: &mut QueryBuilder<'_, Postgres>) {
        let Some(stay) = self.stay else { return };
        let nights = columns::integer(stay.count());
        query.push(" and s.min_nights <= ").push_bind(nights).push(" and s.max_nights >= ").push_bind(nights);
        query.push(" and not exists (select from place_nights_v1 n where n.place_id = s.place_id and n.night >= ");
        query
            .push_bind(columns::day(stay.check_in()))
            .push(" and n.night < ")
            .push_bind(columns::day(stay.check_out()));
        query.push(")");
    }
}

/// A cube around the circle, which an index serves; the distance on the sphere then decides.
fn push_circle(query: &mut QueryBuilder<'_, Postgres>, centre: Coordinates, radius_km: f64) {
    push_cube(query, centre, radius_km);
    query.push(" and ");
    push_distance_mm(query, centre);
    query.push(" <= ").push_bind(radius_km * 1e6);
}

/// Whatever lies within a distance of a point, and a little more.
fn push_cube(query: &mut QueryBuilder<'_, Postgres>, centre: Coordinates, distance_km: f64) {
    let [x, y, z] = sphere::in_space(centre);
    // A little wider than the circle, for rounding.
    let reach = sphere::chord_km(distance_km) * 1.001 + 0.001;
    query.push(" and s.spot <@ cube_enlarge(cube(array[").push_bind(x).push(", ").push_bind(y).push(", ");
    query.push_bind(z).push("]), ").push_bind(reach).push(", 3)");
}

impl GeoBox {
    fn crosses_date_line(self) -> bool {
        self.south_west.longitude() > self.north_east.longitude()
    }

    fn push(self, query: &mut QueryBuilder<'_, Postgres>) {
        let Self { south_west, north_east } = self;
        if let Some((centre, distance_km)) = sphere::around(self.south_west, self.north_east) {
            push_cube(query, centre, distance_km);
        }
        query.push(" and s.latitude between ").push_bind(south_west.latitude());
        query.push(" and ").push_bind(north_east.latitude());
        query.push(" and (s.longitude >= ").push_bind(south_west.longitude());
        query.push(if self.crosses_date_line() { " or " } else { " and " });
        query.push("s.longitude <= ").push_bind(north_east.longitude()).push(")");
    }
}

/// Great-circle distance by the haversine formula, in whole millimetres: a rank that compares exactly.
pub(super) fn push_distance_mm(query: &mut QueryBuilder<'_, Postgres>, centre: Coordinates) {
    query.push("round(2e6 * ").push_bind(EARTH_RADIUS_KM).push(" * asin(least(1, sqrt(");
    query.push("sin(radians(s.latitude - ").push_bind(centre.latitude()).push(") / 2) ^ 2 + cos(radians(");
    query.push_bind(centre.latitude()).push(")) * cos(radians(s.latitude)) * sin(radians(s.longitude - ");
    query.push_bind(centre.longitude()).push(") / 2) ^ 2))))::bigint");
}
