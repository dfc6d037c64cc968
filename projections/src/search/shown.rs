//! What an index found, as the views have it.

use std::collections::HashMap;

use sqlx::postgres::PgRow;
use sqlx::{FromRow, QueryBuilder, Row};
use uuid::Uuid;

use super::counts::CITY;
use super::standing::{Standing, push_holding};
use super::{FoundPlace, IndexHit, SearchIndex, SearchQuery, distance_km};
use crate::place::PlaceRow;
use crate::{ReadError, Views, columns};

/// Places of an index's hits, and how it stood.
pub(super) struct Shown {
    /// In the hits' order: those that match now, since any may have been repriced or booked while the index answered.
    pub(super) places: Vec<FoundPlace>,
    /// Up to where the index contains the log, if it stands as it was guessed to.
    pub(super) position: Option<u64>,
}

/// Reads the places of hits. The same statement names the cities that the index has counted by their folded names, and tells
/// whether a guess of how it stands was right: one for each would take longer to come and go than to answer.
pub(super) async fn shown(
    views: &Views,
    hits: Vec<IndexHit>,
    query: &SearchQuery,
    cities: Option<&mut [(String, u64)]>,
    guess: Option<(&dyn SearchIndex, &Standing)>,
) -> Result<Shown, ReadError> {
    let cities = cities.unwrap_or_default();
    let ids: Vec<Uuid> = hits.iter().map(|hit| hit.place_id).collect();
    let keys: Vec<String> = cities.iter().map(|(key, _)| key.clone()).collect();
    // Arrays behind a `select` and places each by its id look the same to the planner whatever they hold, so that it keeps
    // one plan for all questions: to make one for each took longer than all the rest.
    let mut matching = QueryBuilder::new("select n.cities, n.holding, m.* from (select array(select ");
    matching.push(CITY).push(" from unnest((select ").push_bind(keys);
    matching.push("::text[])) with ordinality as k (key, number) order by k.number) as cities, ");
    match guess {
        Some((index, guess)) => {
            matching.push("(");
            push_holding(&mut matching, index, guess, &query.filter);
            matching.push(")");
        }
        None => {
            matching.push("null::bigint");
        }
    }
    matching.push(" as holding) n left join (select p.* from unnest((select ").push_bind(ids);
    matching.push("::uuid[])) as k (place_id) cross join lateral (select (");
    query.filter.push(&mut matching);
    matching.push(") as fits from place_search_v1 s where s.place_id = k.place_id limit 1) s ");
    matching.push("join places_v1 p using (place_id) where s.fits) m on true");
    let rows = matching.build().fetch_all(&views.pool).await?;
    // Every row has what is not of a place, and there is at least one.
    let Some(first) = rows.first() else { return Err(sqlx::Error::RowNotFound.into()) };
    let position =
        first.try_get::<Option<i64>, _>("holding")?.map(|_| columns::unsigned(first, "holding")).transpose()?;
    for ((city, _), name) in cities.iter_mut().zip(first.try_get::<Vec<Option<String>>, _>("cities")?) {
        // Where the last place of a city has just gone, the folded name must do.
        *city = name.unwrap_or_else(|| std::mem::take(city));
    }
    let mut places: HashMap<Uuid, PlaceRow> = HashMap::new();
    for row in &rows {
        places.extend(place(row)?.map(|place| (place.place_id, place)));
    }
    let centre = query.filter.centre();
    let found = |hit: IndexHit| {
        let place = places.remove(&hit.place_id)?;
        let distance_km = centre.zip(place.shown_coordinates).map(|(from, to)| distance_km(from, to));
        Some(FoundPlace { place, distance_km, highlights: hit.highlights })
    };
    Ok(Shown { places: hits.into_iter().filter_map(found).collect(), position })
}

/// The place of a row; there is one row without a place where none matches.
fn place(row: &PgRow) -> sqlx::Result<Option<PlaceRow>> {
    row.try_get::<Option<Uuid>, _>("place_id")?.map(|_| PlaceRow::from_row(row)).transpose()
}
