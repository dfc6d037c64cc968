//! A place with all that its answer tells: what is read most, and therefore remembered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::place::AmenityCode;
use sqlx::PgConnection;
use uuid::Uuid;

use super::listing::{PlaceRow, find};
use crate::amenity::{self, AmenityRow};
use crate::cache::Weighed;
use crate::review::{Rated, Rating, rating};
use crate::{ReadError, Views};

/// A place, what its guests say of it, and what its amenities are called.
#[derive(Debug, Clone, PartialEq)]
pub struct Described {
    /// The place.
    pub row: PlaceRow,
    /// What its guests say.
    pub rating: Rating,
    /// Those of its amenities that an admin added; the standard ones are in the program itself.
    pub added_amenities: BTreeMap<AmenityCode, AmenityRow>,
}

/// A place by its id, whatever its status, as new as the views are now: from this process's memory where that is known
/// to be so.
///
/// # Errors
/// [`ReadError`].
pub async fn described(views: &Views, place_id: Uuid) -> Result<Option<Arc<Described>>, ReadError> {
    match &views.cache {
        Some(cache) => cache.read(|cache| &cache.places, place_id, load(views, place_id)).await,
        None => describe(views, place_id).await,
    }
}

/// The same, asked of the database: for who has just changed the place, and would find it forgotten.
///
/// # Errors
/// [`ReadError`].
pub async fn describe(views: &Views, place_id: Uuid) -> Result<Option<Arc<Described>>, ReadError> {
    Ok(load(views, place_id).await?.map(Arc::new))
}

async fn load(views: &Views, place_id: Uuid) -> Result<Option<Described>, ReadError> {
    let Some(row) = find(views, place_id).await? else { return Ok(None) };
    let rating = rating(views, Rated::Place, place_id).await?;
    let added_amenities = amenity::added(views, &row.amenities).await?;
    Ok(Some(Described { row, rating, added_amenities }))
}

/// The hosts of places; a place that the view does not have has none.
pub(crate) async fn hosts_of(conn: &mut PgConnection, places: BTreeSet<Uuid>) -> sqlx::Result<Vec<Uuid>> {
    if places.is_empty() {
        return Ok(vec![]);
    }
    let sql = "select distinct owner_id from places_v1 where place_id = any($1)";
    sqlx::query_scalar(sql).bind(Vec::from_iter(places)).fetch_all(conn).await
}

impl Weighed for Described {
    fn weight(&self) -> u64 {
        let PlaceRow { title, description, address, city, country, house_rules, amenities, .. } = &self.row;
        let texts = [title, description, address, city, country, house_rules];
        let texts = texts.into_iter().flatten().map(String::len).sum::<usize>();
        let codes = amenities.iter().map(|code| size_of_val(code) + code.as_str().len()).sum::<usize>();
        let added = self.added_amenities.iter().map(|(code, row)| {
            size_of_val(code) + size_of_val(row) + 2 * code.as_str().len() + row.name_en.len() + row.name_fr.len()
        });
        let bytes = size_of::<Self>() + texts + codes + added.sum::<usize>();
        bytes as u64 + self.rating.weight()
    }
}
