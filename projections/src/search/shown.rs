//! What an index found, as the views have it.

use std::collections::HashMap;

use sqlx::postgres::PgRow;
use sqlx::{FromRow, QueryBuilder, Row};
use uuid::Uuid;

use super::counts::CITY;
use super::{FoundPlace, IndexHit, SearchQuery, distance_km};
use crate::place::PlaceRow;
use crate::{ReadError, Views};

/// The places of an index's hits as the views have them, in the hits' order: those that match now, since any may have
/// been repriced or booked while the index answered. The same statement names the cities that the index has counted by
/// their folded names: one of its own would take longer to come and go than to answer.
pub(super) async fn shown(
    views: &Views,
    hits: Vec<IndexHit>,
    query: &SearchQuery,
    cities: Option<&mut [(String, u64)]>,
) -> Result<Vec<FoundPlace>, ReadError> {
    let cities = cities.unwrap_or_default();
    let ids: Vec<Uuid> = hits.iter().map(|hit| hit.place_id).collect();
    let keys: Vec<String> = cities.iter().map(|(key, _)| key.clone()).collect();
    // Arrays behind a `select`, and places each by its id, look the same to the planner whatever is asked for, so that a
    // connection soon keeps one plan: to make one for each question took longer than all the rest.
    let mut matching = QueryBuilder::new("select n.cities, m.* from (select array(select ");
    matching.push(CITY).push(" from unnest((select ").push_bind(keys);
    matching.push("::text[])) with ordinality as k (key, number) order by k.number) as cities) n left join (");
    matching.push("select p.* from unnest((select ").push_bind(ids);
    matching.push("::uuid[])) as k (place_id) cross join lateral (select (");
    query.filter.push(&mut matching);
    matching.push(") as fits from place_search_v1 s where s.place_id = k.place_id limit 1) s ");
    matching.push("join places_v1 p using (place_id) where s.fits) m on true");
    let rows: Vec<Shown> = matching.build_query_as().fetch_all(&views.pool).await?;
    // Every row has all of them, and there is at least one.
    let names = rows.first().map(|row| row.cities.clone()).unwrap_or_default();
    for ((city, _), name) in cities.iter_mut().zip(names) {
        // Where the last place of a city has just gone, the folded name must do.
        *city = name.unwrap_or_else(|| std::mem::take(city));
    }
    let places = rows.into_iter().filter_map(|row| row.place);
    let mut places: HashMap<Uuid, PlaceRow> = places.map(|place| (place.place_id, place)).collect();
    let centre = query.filter.centre();
    let found = |hit: IndexHit| {
        let place = places.remove(&hit.place_id)?;
        let distance_km = centre.zip(place.shown_coordinates).map(|(from, to)| distance_km(from, to));
        let texts = (place.title.as_deref(), place.description.as_deref());
        let highlights = hit.highlights.zip(query.text.as_ref());
        let highlights = highlights.map(|(marked, typed)| marked.in_texts(typed, texts.0, texts.1));
        Some(FoundPlace { place, distance_km, highlights })
    };
    Ok(hits.into_iter().filter_map(found).collect())
}

/// A place that matches, beside the names of cities; there is one without a place where none matches.
struct Shown {
    cities: Vec<Option<String>>,
    place: Option<PlaceRow>,
}

impl FromRow<'_, PgRow> for Shown {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let place = row.try_get::<Option<Uuid>, _>("place_id")?.map(|_| PlaceRow::from_row(row)).transpose()?;
        Ok(Self { cities: row.try_get("cities")?, place })
    }
}
