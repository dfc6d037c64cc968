//! Who answers: an index outside the database where it can, else PostgreSQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use uuid::Uuid;

use super::city_names::CityNames;
use super::last_look::LastLook;
use super::shown::shown;
use super::standing::{Standing, standing, unchanged};
use super::start::{Reach, Start, numbered};
use super::{
    IndexAnswer, IndexError, IndexQuery, PlaceFilter, SearchAnswer, SearchIndex, SearchQuery, Suggestions, TypedText,
    postgres, suggest,
};
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
    known: Arc<Known>,
    answered: Arc<Answered>,
}

/// What spares questions to the database while nothing changes.
#[derive(Debug, Default)]
struct Known {
    last_look: LastLook,
    city_names: CityNames,
}

/// Searches for places that each has answered.
#[derive(Debug, Default)]
struct Answered {
    by_database: AtomicU64,
    by_index: AtomicU64,
}

impl Search {
    /// A search that PostgreSQL alone answers.
    pub fn new(views: Views) -> Self {
        Self { views, index: None, known: Arc::default(), answered: Arc::default() }
    }

    /// The same with an index that answers whenever it can.
    #[must_use]
    pub fn with_index(self, index: Arc<dyn SearchIndex>) -> Self {
        Self { index: Some(index), ..self }
    }

    /// Listed places that match.
    ///
    /// An index may be behind the views: what the filter does not let through any more is then left out all the same, so
    /// that nobody is offered nights which are taken; what matches only since then may still be missing, and what has lost
    /// a word may still be found by it, unless the question names a position that it must contain. Whatever is shown of a
    /// place is as the views had it at some moment since the question came.
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
        let (answer, count) = match (answer, start) {
            (Some(answer), _) => (answer, &self.answered.by_index),
            (None, Start::Behind { .. }) => return Err(ReadError::EngineAway),
            (None, _) => (postgres::find(&self.views, query).await?, &self.answered.by_database),
        };
        count.fetch_add(1, Ordering::Relaxed);
        Ok(answer)
    }

    /// How many searches for places each engine has answered in this process.
    pub fn answered(&self) -> Vec<(Engine, u64)> {
        let index = self.index.as_deref().map(|index| (Engine(index.name()), &self.answered.by_index));
        let engines = std::iter::once((Engine::POSTGRES, &self.answered.by_database)).chain(index);
        engines.map(|(engine, count)| (engine, count.load(Ordering::Relaxed))).collect()
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
        let Some(index) = self.awake() else { return Ok(None) };
        let standing = standing(&self.views, index, filter).await?;
        let standing = standing.filter(|standing| standing.contains(min_position));
        Ok(standing.map(|standing| (index, standing)))
    }

    fn awake(&self) -> Option<&dyn SearchIndex> {
        self.index.as_deref().filter(|index| index.is_awake())
    }

    /// What the index answers on the last look, if nothing had changed then, nor has since: it is asked while the database
    /// tells that.
    async fn on_last_look(
        &self,
        index: &dyn SearchIndex,
        query: &SearchQuery,
        start: Start,
    ) -> Result<Option<(Standing, Result<IndexAnswer, IndexError>)>, ReadError> {
        let Some(look) = self.known.last_look.get() else { return Ok(None) };
        let asked = asked(query, start, &look.index, &[]);
        let (answer, standing) = tokio::join!(index.find(&asked), unchanged(&self.views, index, &look));
        Ok(standing?.map(|standing| (standing, answer)))
    }

    async fn by_index(&self, query: &SearchQuery, start: Start) -> Result<Option<SearchAnswer>, ReadError> {
        let Some(index) = self.awake() else { return Ok(None) };
        let now = Instant::now();
        let (standing, early) = match self.on_last_look(index, query, start).await? {
            Some((standing, answer)) => (Some(standing), Some(answer)),
            None => (standing(&self.views, index, &query.filter).await?, None),
        };
        self.known.last_look.note(now, standing.as_ref());
        let Some(standing) = standing.filter(|standing| standing.contains(query.min_position)) else {
            return Ok(None);
        };
        let answer = match early {
            Some(answer) => answer,
            None => index.find(&asked(query, start, &standing.index, &standing.excluded)).await,
        };
        match answer {
            Ok(answer) => Ok(Some(self.finish(index, query, start, answer, &standing).await?)),
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "an index does not answer a search");
                Ok(None)
            }
        }
    }

    /// Makes of an index's answer what is answered.
    async fn finish(
        &self,
        index: &dyn SearchIndex,
        query: &SearchQuery,
        start: Start,
        mut answer: IndexAnswer,
        standing: &Standing,
    ) -> Result<SearchAnswer, ReadError> {
        let per_page = query.slice.per_page();
        let ids: Vec<Uuid> = answer.hits.iter().map(|hit| hit.place_id).collect();
        let passed = start.passed(&ids);
        let mut hits = answer.hits.split_off(passed);
        let goes_on = hits.len() > per_page as usize;
        hits.truncate(per_page as usize);
        let last = hits.last().filter(|_| goes_on);
        let count = start.reach(per_page).offset + (passed + hits.len()) as u64;
        let next = last.map(|hit| match hit.rank {
            // As the index has it: that is where the list has come to, whatever the place has become since.
            Some(rank) => Key { rank, id: hit.place_id },
            None => numbered(count, hit.place_id),
        });
        let facets = answer.matches.as_mut().and_then(|matches| matches.facets.as_mut());
        let cities = facets.map(|facets| facets.cities.as_mut_slice()).unwrap_or_default();
        let places = shown(&self.views, hits, query, standing, cities, &self.known.city_names).await?;
        Ok(SearchAnswer { engine: Engine(index.name()), places, matches: answer.matches, next })
    }
}

fn asked<'a>(query: &'a SearchQuery, start: Start, index: &'a str, excluded: &'a [Uuid]) -> IndexQuery<'a> {
    let per_page = query.slice.per_page();
    let Reach { after, offset, limit } = start.reach(per_page);
    IndexQuery {
        index,
        text: query.text.as_ref(),
        filter: &query.filter,
        sort: query.sort,
        excluded,
        shown: per_page,
        after,
        offset,
        limit,
        counts: query.slice.counts(),
        facets: query.facets,
    }
}
