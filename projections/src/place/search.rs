//! Listed places by what a guest asks for.

use domain::place::{AmenityCode, Coordinates};
use domain::{Currency, Nights};
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Postgres, QueryBuilder, Row};

use super::PlaceRow;
use super::city::city_key;
use crate::page::{Order, Rank};
use crate::{Key, Listed, ReadError, Slice, Views, columns};

/// The Earth's mean radius, after the International Union of Geodesy and Geophysics.
const EARTH_RADIUS_KM: f64 = 6371.0088;

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

/// Where a place should be.
#[derive(Debug, Clone, PartialEq)]
pub enum Area {
    /// In a city, accents and case ignored.
    City(String),
    /// Around a point, as far as strangers are shown where places are.
    Around {
        /// The point.
        centre: Coordinates,
        /// In kilometres; 500 at the most is sensible.
        radius_km: f64,
    },
}

/// In which order places are listed; ties by id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PlaceSort {
    /// Newest first.
    #[default]
    Newest,
    /// Cheapest first; amounts are compared as numbers, so filter by a currency to compare like with like.
    Cheapest,
    /// Dearest first.
    Dearest,
    /// Nearest first; newest first where the filter names no point.
    Nearest,
}

impl PlaceFilter {
    /// The point that distances are measured from.
    fn centre(&self) -> Option<(Coordinates, f64)> {
        match self.area {
            Some(Area::Around { centre, radius_km }) => Some((centre, radius_km)),
            Some(Area::City(_)) | None => None,
        }
    }
}

/// Listed places that match, in order.
///
/// # Errors
/// [`ReadError`].
pub async fn search(
    views: &Views,
    filter: &PlaceFilter,
    sort: PlaceSort,
    slice: Slice,
) -> Result<Listed<PlaceRow>, ReadError> {
    slice.check()?;
    let order = order(sort, filter);
    let mut query = matching("select *", filter);
    order.push(&mut query, slice);
    let rows: Vec<Found> = query.build_query_as().fetch_all(&views.pool).await?;
    let total = match slice.counts() {
        true => Some(count(views, filter).await?),
        false => None,
    };
    let keyed = |found: Found| (found.key(order), found.place);
    Ok(Listed::of(rows.into_iter().map(keyed).collect(), slice, total))
}

async fn count(views: &Views, filter: &PlaceFilter) -> Result<u64, ReadError> {
    let row = matching("select count(*) as total", filter).build().fetch_one(&views.pool).await?;
    Ok(columns::unsigned(&row, "total")?)
}

fn order(sort: PlaceSort, filter: &PlaceFilter) -> Order {
    let by_price = |descending| Order { rank: Rank::Number("price_milli"), id: "place_id", descending };
    match (sort, filter.centre()) {
        (PlaceSort::Cheapest, _) => by_price(false),
        (PlaceSort::Dearest, _) => by_price(true),
        (PlaceSort::Nearest, Some(_)) => Order { rank: Rank::Number("distance_mm"), id: "place_id", descending: false },
        (PlaceSort::Newest, _) | (PlaceSort::Nearest, None) => Order::newest("place_id"),
    }
}

/// A place with what it is ordered by.
struct Found {
    place: PlaceRow,
    price_milli: i64,
    distance_mm: Option<i64>,
}

impl Found {
    fn key(&self, order: Order) -> Key {
        let rank = match order.rank {
            Rank::Instant(_) => self.place.created_at.as_microsecond(),
            Rank::Number("distance_mm") => self.distance_mm.unwrap_or(0),
            Rank::Number(_) => self.price_milli,
        };
        Key { rank, id: self.place.place_id }
    }
}

impl FromRow<'_, PgRow> for Found {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            place: PlaceRow::from_row(row)?,
            price_milli: row.try_get("price_milli")?,
            distance_mm: row.try_get("distance_mm")?,
        })
    }
}

/// A query over the places that match, up to and with its `where`.
fn matching<'q>(select: &str, filter: &PlaceFilter) -> QueryBuilder<'q, Postgres> {
    let mut query = QueryBuilder::new(select);
    query.push(" from (select p.*, ");
    match filter.centre() {
        Some((centre, _)) => push_distance(&mut query, centre),
        None => {
            query.push("null::bigint");
        }
    }
    query.push(" as distance_mm from places_v1 p where p.status = 'listed' and not p.hidden");
    push_offer(&mut query, filter);
    push_stay(&mut query, filter);
    push_area(&mut query, filter);
    query.push(") found where true");
    if let Some((_, radius_km)) = filter.centre() {
        query.push(" and distance_mm <= ").push_bind(radius_km * 1e6);
    }
    query
}

fn push_offer(query: &mut QueryBuilder<'_, Postgres>, filter: &PlaceFilter) {
    if let Some(price) = filter.price {
        query.push(" and p.currency = ").push_bind(price.currency.code());
        if let Some(least) = price.min_minor {
            query.push(" and p.price_minor >= ").push_bind(least);
        }
        if let Some(most) = price.max_minor {
            query.push(" and p.price_minor <= ").push_bind(most);
        }
    }
    if let Some(guests) = filter.guests {
        query.push(" and p.capacity >= ").push_bind(columns::integer(guests));
    }
    if !filter.amenities.is_empty() {
        let codes: Vec<String> = filter.amenities.iter().map(|code| code.as_str().to_owned()).collect();
        query.push(" and p.amenities @> ").push_bind(codes);
    }
}

fn push_stay(query: &mut QueryBuilder<'_, Postgres>, filter: &PlaceFilter) {
    let Some(stay) = filter.stay else { return };
    let nights = columns::integer(stay.count());
    query.push(" and p.min_nights <= ").push_bind(nights).push(" and p.max_nights >= ").push_bind(nights);
    query.push(" and not exists (select from place_nights_v1 n where n.place_id = p.place_id and n.night >= ");
    query.push_bind(columns::day(stay.check_in())).push(" and n.night < ").push_bind(columns::day(stay.check_out()));
    query.push(")");
}

fn push_area(query: &mut QueryBuilder<'_, Postgres>, filter: &PlaceFilter) {
    match &filter.area {
        Some(Area::City(city)) => {
            query.push(" and p.city_key = ").push_bind(city_key(city));
        }
        Some(Area::Around { centre, radius_km }) => push_box(query, *centre, *radius_km),
        None => {}
    }
}

/// Great-circle distance by the haversine formula, in whole millimetres: a rank that compares exactly.
fn push_distance(query: &mut QueryBuilder<'_, Postgres>, centre: Coordinates) {
    query.push("round(2e6 * ").push_bind(EARTH_RADIUS_KM).push(" * asin(least(1, sqrt(");
    query.push("sin(radians(p.shown_latitude - ").push_bind(centre.latitude()).push(") / 2) ^ 2 + cos(radians(");
    query.push_bind(centre.latitude()).push(")) * cos(radians(p.shown_latitude)) * sin(radians(p.shown_longitude - ");
    query.push_bind(centre.longitude()).push(") / 2) ^ 2))))::bigint");
}

/// A box around the circle, which an index can serve; the distance then decides.
fn push_box(query: &mut QueryBuilder<'_, Postgres>, centre: Coordinates, radius_km: f64) {
    // A little wider than the circle, for rounding.
    let reach = (radius_km / EARTH_RADIUS_KM).to_degrees() * 1.001 + 1e-6;
    let (south, north) = (centre.latitude() - reach, centre.latitude() + reach);
    query.push(" and p.shown_latitude between ").push_bind(south).push(" and ").push_bind(north);
    // Over a pole every longitude is near; otherwise the circle's widest point is nearer to the pole than its centre.
    if south <= -90.0 || north >= 90.0 {
        return;
    }
    let ratio = reach.to_radians().sin() / centre.latitude().to_radians().cos();
    if ratio >= 1.0 {
        return;
    }
    let half = ratio.asin().to_degrees();
    let (west, east) = (centre.longitude() - half, centre.longitude() + half);
    query.push(" and (p.shown_longitude between ").push_bind(west).push(" and ").push_bind(east);
    // The same box seen from beyond the 180th meridian.
    if west < -180.0 {
        query.push(" or p.shown_longitude >= ").push_bind(west + 360.0);
    }
    if east > 180.0 {
        query.push(" or p.shown_longitude <= ").push_bind(east - 360.0);
    }
    query.push(")");
}
