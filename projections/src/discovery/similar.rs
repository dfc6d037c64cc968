//! Places that are like another.

use sqlx::{Postgres, QueryBuilder};

use super::candidate::{COLUMNS, Candidate, LOOKED_UP, Traits};
use super::choice::{Chosen, best};
use super::likeness::{REACH_MM, likeness, similar_prices};
use super::nearest::{Condition, NotFor};
use super::{ProposedPlace, shown};
use crate::place::PlaceRow;
use crate::search::{Area, PlaceFilter};
use crate::{ReadError, Views};

/// Places that are answered at the most.
const MOST: usize = 10;
/// Candidates that are judged at the most: the nearest ones, in a city the newest.
const CANDIDATES: i64 = 400;

/// Listed places that cost about as much and lie within 5 km, both as strangers see it, the most alike first; where the
/// place has no coordinates, those of its city.
///
/// # Errors
/// [`ReadError`].
pub async fn similar(views: &Views, place: &PlaceRow) -> Result<Vec<ProposedPlace>, ReadError> {
    let Some(area) = area(place) else { return Ok(Vec::new()) };
    let filter = PlaceFilter { price: Some(similar_prices(place.price)), area: Some(area), ..PlaceFilter::default() };
    let mut query = QueryBuilder::new(format!("select {COLUMNS} from "));
    push_candidates(&mut query, &Condition { filter: &filter, not_for: NotFor::Place(place.place_id) });
    query.push(" c ").push(LOOKED_UP);
    let candidates: Vec<Candidate> = query.build_query_as().fetch_all(&views.pool).await?;
    let place = Traits::from(place);
    let judged = candidates.into_iter().filter_map(|candidate| {
        let (verdict, distance_mm) = likeness(&place, &candidate)?;
        Some(Chosen { candidate, verdict, distance_mm })
    });
    shown(views, best(judged.collect(), MOST)).await
}

fn area(place: &PlaceRow) -> Option<Area> {
    match (place.shown_coordinates, &place.city) {
        // Millimetres of 5 km: a float holds them exactly.
        (Some(centre), _) => Some(Area::Around { centre, radius_km: REACH_MM as f64 / 1e6 }),
        (None, Some(city)) => Some(Area::City(city.clone())),
        (None, None) => None,
    }
}

fn push_candidates(query: &mut QueryBuilder<'_, Postgres>, condition: &Condition<'_>) {
    match &condition.filter.area {
        Some(Area::Around { centre, radius_km }) => condition.push_nearest(query, *centre, *radius_km, CANDIDATES),
        Some(Area::City(_) | Area::Box(_)) | None => {
            query.push("(select s.place_id from place_search_v1 s where ");
            condition.push(query);
            query.push(" order by s.created_at desc, s.place_id limit ").push_bind(CANDIDATES).push(")");
        }
    }
}
