//! Who answers: an index outside the database where it can, else PostgreSQL.

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::PgConnection;
use uuid::Uuid;

use super::standing::{Standing, standing};
use super::{
    FoundPlace, IndexError, IndexHit, IndexQuery, PlaceFilter, SearchAnswer, SearchIndex, SearchQuery, Suggestions,
    TypedText, distance_km, postgres, suggest,
};
use crate::place::{self, PlaceRow};
use crate::{Key, ReadError, Slice, Views};

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
    /// [`ReadError`] where the database cannot answer either.
    pub async fn places(&self, query: &SearchQuery) -> Result<SearchAnswer, ReadError> {
        query.slice.check()?;
        match self.by_index(query).await? {
            Some(answer) => Ok(answer),
            None => postgres::find(&self.views, query).await,
        }
    }

    /// Places and cities that what was typed may become, at most `limit` of each.
    ///
    /// # Errors
    /// [`ReadError`] where the database cannot answer.
    pub async fn suggest(&self, typed: &TypedText, limit: u32) -> Result<Suggestions, ReadError> {
        let cities = suggest::cities(&self.views, typed, limit).await?;
        if let Some(index) = self.index.as_ref().filter(|index| index.is_awake())
            && let Some(standing) = standing(&self.views, index.as_ref(), &PlaceFilter::default()).await?
        {
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

    async fn by_index(&self, query: &SearchQuery) -> Result<Option<SearchAnswer>, ReadError> {
        let Some(index) = self.index.as_ref().filter(|index| index.is_awake()) else { return Ok(None) };
        let Some(offset) = offset(query.slice) else { return Ok(None) };
        let standing = standing(&self.views, index.as_ref(), &query.filter).await?;
        let Some(standing) =
            standing.filter(|standing| query.min_position.is_none_or(|least| standing.position >= least))
        else {
            return Ok(None);
        };
        match self.ask(index.as_ref(), query, offset, &standing).await? {
            Ok(answer) => Ok(Some(answer)),
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "PostgreSQL answers a search");
                Ok(None)
            }
        }
    }

    async fn ask(
        &self,
        index: &dyn SearchIndex,
        query: &SearchQuery,
        offset: u64,
        standing: &Standing,
    ) -> Result<Result<SearchAnswer, IndexError>, ReadError> {
        let per_page = query.slice.per_page();
        let asked = IndexQuery {
            index: &standing.index,
            text: query.text.as_ref(),
            filter: &query.filter,
            sort: query.sort,
            excluded: &standing.excluded,
            offset,
            limit: per_page + 1,
            counts: query.slice.counts(),
            facets: query.facets,
        };
        let mut answer = match index.find(&asked).await {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error)),
        };
        let goes_on = answer.hits.len() > per_page as usize;
        let hits: Vec<IndexHit> = answer.hits.into_iter().take(per_page as usize).collect();
        let next = goes_on.then(|| Key::nth(offset + hits.len() as u64));
        let mut connection = self.views.pool.acquire().await?;
        let places = shown(&mut connection, hits, query).await?;
        if let Some(facets) = answer.matches.as_mut().and_then(|matches| matches.facets.as_mut()) {
            postgres::name_cities(&mut connection, &mut facets.cities).await?;
        }
        Ok(Ok(SearchAnswer { engine: Engine(index.name()), places, matches: answer.matches, next }))
    }
}

/// The places of an index's hits as the views have them, in the hits' order.
async fn shown(
    connection: &mut PgConnection,
    hits: Vec<IndexHit>,
    query: &SearchQuery,
) -> Result<Vec<FoundPlace>, ReadError> {
    let ids: Vec<Uuid> = hits.iter().map(|hit| hit.place_id).collect();
    let rows = place::listed(connection, &ids).await?;
    let mut rows: HashMap<Uuid, PlaceRow> = rows.into_iter().map(|row| (row.place_id, row)).collect();
    let centre = query.filter.centre();
    let found = |hit: IndexHit| {
        let place = rows.remove(&hit.place_id)?;
        let distance_km = centre.zip(place.shown_coordinates).map(|(from, to)| distance_km(from, to));
        Some(FoundPlace { place, distance_km, highlights: hit.highlights })
    };
    Ok(hits.into_iter().filter_map(found).collect())
}

/// How many places of the list come before the slice; `None` where it goes on from a row of the database's.
fn offset(slice: Slice) -> Option<u64> {
    match slice.key() {
        Some(_) => None,
        None => u64::try_from(slice.offset()).ok(),
    }
}
