//! Who answers: an index outside the database where it can, else PostgreSQL.

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::postgres::PgRow;
use sqlx::{FromRow, QueryBuilder, Row};
use uuid::Uuid;

use super::counts::CITY;
use super::standing::{Standing, standing};
use super::start::{Reach, Start, numbered};
use super::{
    FoundPlace, IndexError, IndexHit, IndexQuery, PlaceFilter, SearchAnswer, SearchIndex, SearchQuery, Suggestions,
    TypedText, distance_km, postgres, suggest,
};
use crate::place::PlaceRow;
use crate::{Key, ReadError, Views};

/// Who found the places of an answer, by its name in answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Engine(pub &'static str);

impl Engine {
    /// The database.
    pub const POSTGRES: Self = Self("postgres");
}

/// The search over all places. Cheap to clone.
#[derive(Clone)]
pub struct Search {
    views: Views,
    index: Option<Arc<dyn SearchIndex>>,
}

impl Search {
    /// A search that PostgreSQL alone answers.
    pub fn new(views: Views) -> Self {
        Self { views, index: None }
    }

    /// The same with an index that answers whenever it can.
    #[must_use]
    pub fn with_index(self, index: Arc<dyn SearchIndex>) -> Self {
        Self { index: Some(index), ..self }
    }

    /// Listed places that match.
    ///
    /// An index may be behind the views: what does not match any more is then left out all the same, so that nobody
    /// is offered nights which are taken; what matches only since then may still be missing, unless the question names
    /// a position that it must contain.
    ///
    /// # Errors
    /// [`ReadError`] where the database cannot answer either: of a list that an index began by how well words fit,
    /// [`ReadError::EngineAway`] while that one cannot go on, and [`ReadError::ForeignKey`] where it never will.
    pub async fn places(&self, query: &SearchQuery) -> Result<SearchAnswer, ReadError> {
        query.slice.check()?;
        let start = Start::of(query);
        let answer = match start {
            Start::Databases => None,
            Start::Nowhere => return Err(ReadError::ForeignKey),
            Start::Behind { .. } if self.index.is_none() => return Err(ReadError::ForeignKey),
            Start::Nth(_) | Start::After(_) | Start::Behind { .. } => self.by_index(query, start).await?,
        };
        match (answer, start) {
            (Some(answer), _) => Ok(answer),
            (None, Start::Behind { .. }) => Err(ReadError::EngineAway),
            (None, _) => postgres::find(&self.views, query).await,
        }
    }

    /// Places and cities that what was typed may become, at most `limit` of each. The answer contains the log up to
    /// `min_position`, if the views do.
    ///
    /// # Errors
    /// [`ReadError`] where the database cannot answer.
    pub async fn suggest(
        &self,
        typed: &TypedText,
        limit: u32,
        min_position: Option<u64>,
    ) -> Result<Suggestions, ReadError> {
        let cities = suggest::cities(&self.views, typed, limit).await?;
        if let Some((index, standing)) = self.ready(&PlaceFilter::default(), min_position).await? {
            match index.complete(&standing.index, typed, &standing.excluded, limit).await {
                Ok(ids) => {
                    let places = suggest::named(&mut *self.views.pool.acquire().await?, &ids).await?;
                    return Ok(Suggestions { engine: Engine(index.name()), places, cities });
                }
                // The index itself says so once, whatever the number of questions.
                Err(error) => {
                    tracing::debug!(error = &error as &dyn std::error::Error, "PostgreSQL completes what is typed")
                }
            }
        }
        let places = suggest::places(&self.views, typed, limit).await?;
        Ok(Suggestions { engine: Engine::POSTGRES, places, cities })
    }

    /// The index to ask, if there is one that is awake and contains the log up to `min_position`.
    async fn ready(
        &self,
        filter: &PlaceFilter,
        min_position: Option<u64>,
    ) -> Result<Option<(&dyn SearchIndex, Standing)>, ReadError> {
        let Some(index) = self.index.as_deref().filter(|index| index.is_awake()) else { return Ok(None) };
        let standing = standing(&self.views, index, filter).await?;
        let contains = |standing: &Standing| min_position.is_none_or(|least| standing.position >= least);
        Ok(standing.filter(contains).map(|standing| (index, standing)))
    }

    async fn by_index(&self, query: &SearchQuery, start: Start) -> Result<Option<SearchAnswer>, ReadError> {
        let Some((index, standing)) = self.ready(&query.filter, query.min_position).await? else { return Ok(None) };
        match self.ask(index, query, start, &standing).await? {
            Ok(answer) => Ok(Some(answer)),
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "an index does not answer a search");
                Ok(None)
            }
        }
    }

    async fn ask(
        &self,
        index: &dyn SearchIndex,
        query: &SearchQuery,
        start: Start,
        standing: &Standing,
    ) -> Result<Result<SearchAnswer, IndexError>, ReadError> {
        let per_page = query.slice.per_page();
        let Reach { after, offset, limit } = start.reach(per_page);
        let asked = IndexQuery {
            index: &standing.index,
            text: query.text.as_ref(),
            filter: &query.filter,
            sort: query.sort,
            excluded: &standing.excluded,
            after,
            offset,
            limit,
            counts: query.slice.counts(),
            facets: query.facets,
        };
        let mut answer = match index.find(&asked).await {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error)),
        };
        let ids: Vec<Uuid> = answer.hits.iter().map(|hit| hit.place_id).collect();
        let passed = start.passed(&ids);
        let mut hits = answer.hits.split_off(passed);
        let goes_on = hits.len() > per_page as usize;
        hits.truncate(per_page as usize);
        let last = hits.last().filter(|_| goes_on);
        let count = offset + (passed + hits.len()) as u64;
        let next = last.map(|hit| match hit.rank {
            // As the index has it: that is where the list has come to, whatever the place has become since.
            Some(rank) => Key { rank, id: hit.place_id },
            None => numbered(count, hit.place_id),
        });
        let facets = answer.matches.as_mut().and_then(|matches| matches.facets.as_mut());
        let places = shown(&self.views, hits, query, facets.map(|facets| facets.cities.as_mut_slice())).await?;
        Ok(Ok(SearchAnswer { engine: Engine(index.name()), places, matches: answer.matches, next }))
    }
}

/// The places of an index's hits as the views have them, in the hits' order: those that match now, since any may have
/// been repriced or booked while the index answered. The same statement names the cities that the index has counted by
/// their folded names: one of its own would take longer to come and go than to answer.
async fn shown(
    views: &Views,
    hits: Vec<IndexHit>,
    query: &SearchQuery,
    cities: Option<&mut [(String, u64)]>,
) -> Result<Vec<FoundPlace>, ReadError> {
    let cities = cities.unwrap_or_default();
    let ids: Vec<Uuid> = hits.iter().map(|hit| hit.place_id).collect();
    let keys: Vec<String> = cities.iter().map(|(key, _)| key.clone()).collect();
    let mut matching = QueryBuilder::new("select n.cities, m.* from (select array(select ");
    matching.push(CITY).push(" from unnest(").push_bind(keys);
    matching.push("::text[]) with ordinality as k (key, number) order by k.number) as cities) n left join (");
    matching.push("select p.* from place_search_v1 s join places_v1 p using (place_id) where s.place_id = any(");
    matching.push_bind(ids).push(") and ");
    query.filter.push(&mut matching);
    matching.push(") m on true");
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
        Some(FoundPlace { place, distance_km, highlights: hit.highlights })
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
