//! A place that may be proposed, as far as it is judged.

use std::collections::BTreeSet;

use domain::Money;
use domain::place::Coordinates;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::reason::Reason;
use super::verdict::{Criterion, share};
use crate::columns;
use crate::place::PlaceRow;
use crate::search::distance_km;

/// Reviews that every place is taken to have beside its own, so that a single one says little.
const PRIOR_REVIEWS: u64 = 5;
/// What those say, in thousandths of a star. `place_search_v1_best` is an index on the same sum.
const PRIOR_MILLISTARS: u64 = 3_500;
/// From this average on a place is called well rated, in thousandths of a star.
const WELL_RATED_MILLISTARS: u64 = 4_000;

/// What a place is like.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Traits {
    /// Of one night.
    pub(super) price: Money,
    /// Where strangers see it.
    pub(super) spot: Option<Coordinates>,
    /// By their codes.
    pub(super) amenities: BTreeSet<String>,
    /// How many guests.
    pub(super) capacity: u32,
}

/// A place that may be proposed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) place_id: Uuid,
    pub(super) host_id: Uuid,
    pub(super) traits: Traits,
    /// The sum of its published reviews' stars.
    pub(super) stars: u64,
    pub(super) reviews: u64,
    pub(super) created_at: Timestamp,
}

/// The columns of a candidate: of `place_search_v1 s` and `places_v1 p`.
pub(super) const COLUMNS: &str = "s.place_id, p.owner_id, s.price_minor, s.currency, s.latitude, s.longitude, \
                                  s.amenities, s.capacity, s.stars, s.reviews, s.created_at";
/// Looks candidates up by the ids of `c`: one by one, since for some hundreds a planner would rather read a small table
/// as a whole.
pub(super) const LOOKED_UP: &str = "
    cross join lateral (select * from place_search_v1 where place_id = c.place_id limit 1) s
    cross join lateral (select owner_id from places_v1 where place_id = c.place_id limit 1) p";
/// Best rated first, newest first among equals: what `place_search_v1_best` holds.
pub(super) const BEST_FIRST: &str = "(s.stars * 1000 + 17500) / (s.reviews + 5) desc, s.created_at desc, s.place_id";

impl From<&PlaceRow> for Traits {
    fn from(row: &PlaceRow) -> Self {
        let amenities = row.amenities.iter().map(|code| code.as_str().to_owned()).collect();
        Self { price: row.price, spot: row.shown_coordinates, amenities, capacity: row.capacity }
    }
}

impl Candidate {
    /// Its average with [`PRIOR_REVIEWS`] beside its own, in thousandths of a star: few reviews prove little.
    pub(super) fn millistars(&self) -> u64 {
        (self.stars.saturating_mul(1_000) + PRIOR_REVIEWS * PRIOR_MILLISTARS) / (self.reviews + PRIOR_REVIEWS)
    }

    /// What its guests say.
    pub(super) fn rated(&self, weight: u32) -> Criterion {
        let share = |millistars: u64| share(millistars.saturating_sub(1_000), 4_000);
        Criterion::new(weight, share(self.millistars()), Reason::WellRated, share(WELL_RATED_MILLISTARS))
    }
}

impl FromRow<'_, PgRow> for Candidate {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let spot = match (row.try_get("latitude")?, row.try_get("longitude")?) {
            (Some(north), Some(east)) => {
                Some(Coordinates::new(north, east).map_err(|invalid| columns::corrupt("latitude", invalid))?)
            }
            (_, _) => None,
        };
        let traits = Traits {
            price: columns::money(row, "price_minor", "currency")?,
            spot,
            amenities: row.try_get::<Vec<String>, _>("amenities")?.into_iter().collect(),
            capacity: columns::small(row, "capacity")?,
        };
        Ok(Self {
            place_id: row.try_get("place_id")?,
            host_id: row.try_get("owner_id")?,
            traits,
            stars: columns::unsigned(row, "stars")?,
            reviews: columns::unsigned(row, "reviews")?,
            created_at: columns::timestamp(row, "created_at")?,
        })
    }
}

/// The distance of two points in whole millimetres.
pub(super) fn distance_mm(one: Coordinates, other: Coordinates) -> u64 {
    // At most half the Earth's girth: the conversion cuts nothing off.
    (distance_km(one, other) * 1e6).round() as u64
}
