//! What is shown of what an index found.

use std::collections::HashMap;

use sqlx::postgres::PgRow;
use sqlx::{FromRow, QueryBuilder, Row};
use uuid::Uuid;

use super::city_names::CityNames;
use super::counts::CITY;
use super::standing::Standing;
use super::{FoundPlace, IndexHit, PlaceFilter, SearchQuery, distance_km};
use crate::place::PlaceRow;
use crate::{ReadError, Views};

/// The places of an index's hits, in the hits' order; the cities that it has counted by their folded names get their own.
/// A place is as the index tells unless that does not, or the log has changed it since: then it is as the views have it,
/// and left out where it does not match any more.
pub(super) async fn shown(
    views: &Views,
    mut hits: Vec<IndexHit>,
    query: &SearchQuery,
    standing: &Standing,
    cities: &mut [(String, u64)],
    names: &CityNames,
) -> Result<Vec<FoundPlace>, ReadError> {
    for hit in hits.iter_mut().filter(|hit| standing.changed.contains(&hit.place_id)) {
        hit.place = None;
    }
    let untold: Vec<Uuid> = hits.iter().filter(|hit| hit.place.is_none()).map(|hit| hit.place_id).collect();
    let unnamed = names.fill_in(cities, standing);
    let mut places = HashMap::new();
    if !(untold.is_empty() && unnamed.is_empty()) {
        let keys: Vec<String> = unnamed.iter().map(|key| key.to_string()).collect();
        let told;
        (places, told) = read(views, &query.filter, untold, keys).await?;
        for (city, name) in unnamed.into_iter().zip(told) {
            // Where the last place of a city has just gone, the folded name must do.
            if let Some(name) = name {
                names.learn(std::mem::replace(city, name.clone()), name, standing);
            }
        }
    }
    let centre = query.filter.centre();
    let found = |hit: IndexHit| {
        let place = hit.place.or_else(|| places.remove(&hit.place_id))?;
        let distance_km = centre.zip(place.shown_coordinates).map(|(from, to)| distance_km(from, to));
        let texts = (place.title.as_deref(), place.description.as_deref());
        let highlights = hit.highlights.zip(query.text.as_ref());
        let highlights = highlights.map(|(marked, typed)| marked.in_texts(typed, texts.0, texts.1));
        Some(FoundPlace { place, distance_km, highlights })
    };
    Ok(hits.into_iter().filter_map(found).collect())
}

/// Those of some places that match now, and the names of some cities, in order, by one statement: one of its own for each
/// would take longer to come and go than to answer.
async fn read(
    views: &Views,
    filter: &PlaceFilter,
    ids: Vec<Uuid>,
    keys: Vec<String>,
) -> Result<(HashMap<Uuid, PlaceRow>, Vec<Option<String>>), ReadError> {
    // Arrays behind a `select`, and places each by its id, look the same to the planner whatever is asked for, so that a
    // connection soon keeps one plan: to make one for each question took longer than all the rest.
    let mut matching = QueryBuilder::new("select n.cities, m.* from (select array(select ");
    matching.push(CITY).push(" from unnest((select ").push_bind(keys);
    matching.push("::text[])) with ordinality as k (key, number) order by k.number) as cities) n left join (");
    matching.push("select p.* from unnest((select ").push_bind(ids);
    matching.push("::uuid[])) as k (place_id) cross join lateral (select (");
    filter.push(&mut matching);
    matching.push(") as fits from place_search_v1 s where s.place_id = k.place_id limit 1) s ");
    matching.push("join places_v1 p using (place_id) where s.fits) m on true");
    let rows: Vec<Shown> = matching.build_query_as().fetch_all(&views.pool).await?;
    // Every row has all of them, and there is at least one.
    let names = rows.first().map(|row| row.cities.clone()).unwrap_or_default();
    let places = rows.into_iter().filter_map(|row| row.place);
    Ok((places.map(|place| (place.place_id, place.for_strangers())).collect(), names))
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
