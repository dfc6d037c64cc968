//! Nearest first, exactly. The engine takes distances that differ by less than a metre for equal, so it finds the places
//! and we order them.

use std::collections::HashMap;

use domain::place::Coordinates;
use meilisearch_sdk::search::{MatchingStrategies, SearchResult};
use projections::search::{Area, IndexQuery, PlaceFilter, distance_km};
use uuid::Uuid;

use super::Meilisearch;
use super::error::MeiliError;
use super::filter::{circle, expression};
use super::find::{Asked, Hit, Results, total};

/// Where a place is.
pub(super) const GEO: &str = "_geo";
/// A list by distance is read as far as this; the database reads on.
pub(super) const NEAREST: usize = 1_000;
/// So many candidates more than wanted show that nothing else is as near where places stand apart. Those that are shown by
/// the kilometre share their points, so that in a city the second question is the rule, however many more were asked for;
/// each costs the engine as much as a place that is shown.
const MORE: usize = 8;
/// The engine puts no place behind one that is farther off by this: it takes less than a metre for nothing, and rounds.
const TOLERANCE_KM: f64 = 0.002;
/// So many more may be as far off as the last one that is wanted.
const AS_FAR: usize = 1_000;
/// The engine's distances are rounded to millimetres; places within this of the last one are looked at, too.
const MARGIN_KM: f64 = 0.000_01;

impl Meilisearch {
    /// What was asked for, with the count of all that match.
    ///
    /// Whatever the engine has put behind its candidates is no nearer than the farthest of these, but for its tolerance.
    /// Where too many are at one distance to tell, it is asked for all within that of the farthest.
    pub(super) async fn nearest(
        &self,
        asked: Asked<'_>,
        query: &IndexQuery<'_>,
        centre: Coordinates,
    ) -> Result<(Results, Vec<SearchResult<Hit>>), MeiliError> {
        let by_distance = format!("_geoPoint({}, {}):asc", centre.latitude(), centre.longitude());
        let (sort, wanted) = ([by_distance.as_str()], asked.offset + asked.limit);
        let first = Asked { sort: &sort, offset: 0, limit: candidates(asked.offset, asked.limit), ..asked };
        let (mut counted, words) = self.with_all_or_some(first).await?;
        let mut hits = std::mem::take(&mut counted.hits);
        if total(&counted)? > hits.len() as u64
            && !are_nearest(hits.iter().filter_map(|hit| away_km(&hit.result, centre)).collect(), wanted)
        {
            hits = self.as_near(asked, query, centre, hits, words).await?;
        }
        hits.sort_by_cached_key(|hit| rank(hit, centre));
        Ok((counted, hits.into_iter().skip(asked.offset).take(asked.limit).collect()))
    }

    /// All that are as near as the farthest of some.
    async fn as_near(
        &self,
        asked: Asked<'_>,
        query: &IndexQuery<'_>,
        centre: Coordinates,
        some: Vec<SearchResult<Hit>>,
        words: MatchingStrategies,
    ) -> Result<Vec<SearchResult<Hit>>, MeiliError> {
        let reach = some.iter().filter_map(|hit| away_km(&hit.result, centre)).fold(0.0, f64::max) + MARGIN_KM;
        // In the place of the circle that was asked for, which holds them all: the engine (1.50) reads its whole tree of
        // points for each circle.
        let radius_km = match query.filter.area {
            Some(Area::Around { radius_km, .. }) => radius_km.min(reach),
            Some(Area::City(_) | Area::Box(_)) | None => reach,
        };
        let narrower = PlaceFilter { area: Some(Area::Around { centre, radius_km }), ..query.filter.clone() };
        let filter = expression(&narrower, query.excluded);
        let limit = some.len() + AS_FAR;
        let retrieved = ["id", GEO];
        let asked = Asked {
            filter: &filter,
            sort: &["id:asc"],
            retrieved: &retrieved,
            offset: 0,
            limit,
            facets: false,
            ..asked
        };
        let mut within = self.ask(asked, words).await?;
        if total(&within)? > limit as u64 {
            return Err(MeiliError::Crowded);
        }
        // Of a place that is none of them, it is read from the views.
        let told = some.into_iter().map(|hit| (hit.result.id, hit.result.shown));
        let mut told: HashMap<Uuid, Option<String>> = told.collect();
        for hit in &mut within.hits {
            hit.result.shown = told.remove(&hit.result.id).flatten();
        }
        Ok(within.hits)
    }
}

/// How many of the nearest to ask for, so that this part of them can be put in order.
pub(super) fn candidates(offset: usize, limit: usize) -> usize {
    offset + limit + MORE
}

/// Whether the nearest so many of candidates that are so far away must be the nearest of all.
fn are_nearest(mut away: Vec<f64>, wanted: usize) -> bool {
    away.sort_by(f64::total_cmp);
    match (away.get(wanted.saturating_sub(1)), away.last()) {
        (Some(last_wanted), Some(farthest)) => *last_wanted < farthest - TOLERANCE_KM,
        _ => false,
    }
}

/// As the database ranks: by millimetres, then by id.
fn rank(hit: &SearchResult<Hit>, centre: Coordinates) -> (i64, Uuid) {
    (millimetres(&hit.result, centre), hit.result.id)
}

/// How far off a place is.
pub(super) fn millimetres(hit: &Hit, centre: Coordinates) -> i64 {
    // At most half the Earth's girth.
    away_km(hit, centre).map_or(i64::MAX, |km| (km * 1e6).round() as i64)
}

/// The condition that a place is so many millimetres off, or a little less, or more; nothing where every place is.
pub(super) fn not_nearer(centre: Coordinates, millimetres: i64) -> Option<String> {
    let inner = millimetres as f64 / 1e6 - MARGIN_KM;
    (inner > 0.0).then(|| format!("NOT {}", circle(centre, inner)))
}

fn away_km(hit: &Hit, centre: Coordinates) -> Option<f64> {
    let geo = hit.geo?;
    Some(distance_km(centre, Coordinates::new(geo.lat, geo.lng).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_the_nearest_where_the_farthest_is_clearly_farther() {
        assert!(are_nearest(vec![3.0, 1.0, 2.0], 2));
        assert!(!are_nearest(vec![3.0, 1.0, 2.0], 3), "another may be as far as the last");
        assert!(!are_nearest(vec![1.0, 2.0, 2.001], 2), "another may be within the tolerance");
        assert!(!are_nearest(vec![1.0], 2) && !are_nearest(vec![], 1), "there are too few");
    }
}
