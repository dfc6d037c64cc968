//! Questions and answers.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Instant;

use async_trait::async_trait;
use domain::Currency;
use domain::place::Coordinates;
use meilisearch_sdk::search::{MatchingStrategies, SearchQuery, SearchResult, SearchResults, Selectors};
use projections::PAGED_ROWS;
use projections::search::{
    BEGINNING, CITIES, Facets, Highlights, IndexAnswer, IndexError, IndexHit, IndexQuery, Matches, PIECE, PlaceFilter,
    PlaceSort, PriceBar, RatingBar, SearchIndex, Total, TypedText,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::document::{Geo, parse_band};
use super::error::MeiliError;
use super::filter::expression;
use super::http::Http;
use super::nearest::{GEO, NEAREST, candidates, millimetres, not_nearer};
use super::readable::take_back;
use super::settings::{DEEPEST, VERSION, as_one};
use super::{Meilisearch, NAME};

const FACETS: [&str; 4] = ["amenities", "price_band", "city_key", "rating_bar"];
const HIGHLIGHTED: [&str; 2] = ["title", "description"];
/// What is shown of a place.
const SHOWN: &str = "shown";
/// So many places may be equal to the one that a list goes on behind: the engine compares no ids.
const TIED: usize = 100;

/// What is read of a place that was found.
#[derive(Debug, Deserialize)]
pub(super) struct Hit {
    pub(super) id: Uuid,
    #[serde(rename = "_geo")]
    pub(super) geo: Option<Geo>,
    created: Option<i64>,
    price_milli: Option<i64>,
    rating: Option<i64>,
    /// As [`super::document`] has written it.
    pub(super) shown: Option<String>,
}

pub(super) type Results = SearchResults<Hit>;

/// A question, in the engine's terms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) index: &'a str,
    pub(super) text: Option<&'a str>,
    /// What must hold, of a whole list; empty where anything will do.
    pub(super) filter: &'a str,
    /// Where only the rest of a list is asked for, what else must hold; else empty.
    pub(super) rest: &'a str,
    pub(super) sort: &'a [&'a str],
    /// What of each place is read.
    pub(super) retrieved: &'a [&'a str],
    pub(super) offset: usize,
    pub(super) limit: usize,
    pub(super) facets: bool,
}

#[async_trait]
impl SearchIndex for Meilisearch {
    fn name(&self) -> &'static str {
        NAME
    }

    fn version(&self) -> u32 {
        VERSION
    }

    fn is_awake(&self) -> bool {
        self.rest.is_over(Instant::now())
    }

    async fn find(&self, query: &IndexQuery<'_>) -> Result<IndexAnswer, IndexError> {
        let (offset, limit) = self.reach(query)?;
        self.guarded(self.answer(query, offset, limit)).await
    }

    async fn complete(
        &self,
        index: &str,
        typed: &TypedText,
        excluded: &[Uuid],
        limit: u32,
    ) -> Result<Vec<Uuid>, IndexError> {
        let (text, filter) = (words(typed, 1), expression(&PlaceFilter::default(), excluded));
        let index = self.asking.index(index);
        let mut search = SearchQuery::new(&index);
        search.with_query(&text).with_limit(limit as usize).with_matching_strategy(MatchingStrategies::ALL);
        search.with_attributes_to_search_on(&["title"]).with_attributes_to_retrieve(Selectors::Some(&["id"]));
        if !filter.is_empty() {
            search.with_filter(&filter);
        }
        let results = self.guarded(async { Ok(search.execute::<Hit>().await?) }).await?;
        Ok(results.hits.into_iter().map(|hit| hit.result.id).collect())
    }
}

impl Meilisearch {
    async fn answer(&self, query: &IndexQuery<'_>, offset: usize, limit: usize) -> Result<IndexAnswer, MeiliError> {
        let text = query.text.map(|typed| words(typed, BEGINNING));
        let order = Order::of(query.sort, text.is_some(), query.filter.centre());
        let filter = expression(query.filter, query.excluded);
        let rest = query.after.and_then(|key| order.beyond(key.rank)).unwrap_or_default();
        let mut retrieved = vec!["id"];
        retrieved.extend(order.attribute());
        // Where most are passed over, the few that are left are sooner read from the views.
        if order.reads(offset, limit) <= 2 * query.shown as usize {
            retrieved.push(SHOWN);
        }
        let asked = Asked {
            index: query.index,
            text: text.as_deref(),
            filter: &filter,
            rest: &rest,
            sort: order.sorted(),
            retrieved: &retrieved,
            offset,
            limit,
            facets: query.counts && query.facets,
        };
        let (counted, hits) = match order {
            Order::Distance(centre) => self.nearest(asked, query, centre).await?,
            Order::Words | Order::Newest | Order::Cheapest | Order::Dearest | Order::BestRated => {
                let (mut results, _) = self.with_all_or_some(asked).await?;
                let hits = std::mem::take(&mut results.hits);
                (results, hits)
            }
        };
        let goes_on = total(&counted)? > (offset + hits.len()) as u64;
        let matches = query.counts.then(|| matches(&counted, query.facets)).transpose()?;
        let hits = hits.into_iter().map(|hit| found(hit, order, text.is_some()));
        let mut hits: Vec<IndexHit> = hits.collect::<Result<_, MeiliError>>()?;
        if let Some(key) = query.after {
            let wanted = query.limit as usize;
            hits.retain(|hit| hit.rank != Some(key.rank) || hit.place_id > key.id);
            if hits.len() < wanted && goes_on {
                return Err(MeiliError::Crowded);
            }
            hits.truncate(wanted);
        }
        Ok(IndexAnswer { hits, matches })
    }

    /// Which part of the list is asked for, if the engine can tell of it.
    fn reach(&self, query: &IndexQuery<'_>) -> Result<(usize, usize), IndexError> {
        let declined = |why| Err(IndexError::Declined { name: NAME, why });
        if query.filter.stay.is_some_and(|stay| stay.check_in() < self.first_night()) {
            return declined("it knows no nights of the past");
        }
        let offset = usize::try_from(query.offset).unwrap_or(usize::MAX);
        let limit = query.limit as usize + query.after.map_or(0, |_| TIED);
        let is_nearest = query.sort == PlaceSort::Nearest && query.filter.centre().is_some();
        if offset.saturating_add(limit) > if is_nearest { NEAREST } else { DEEPEST } {
            return declined("no list of it is read so far");
        }
        Ok((offset, limit))
    }

    /// Places that have every word; where there is none, those that have the rarest of them. Tells which.
    pub(super) async fn with_all_or_some(&self, asked: Asked<'_>) -> Result<(Results, MatchingStrategies), MeiliError> {
        let results = self.ask(asked, MatchingStrategies::ALL).await?;
        let has_several = asked.text.is_some_and(|text| text.trim_end().contains(' '));
        if !has_several || total(&results)? > 0 {
            return Ok((results, MatchingStrategies::ALL));
        }
        if !asked.rest.is_empty() {
            let whole = Asked { rest: "", offset: 0, limit: 0, facets: false, ..asked };
            if total(&self.ask(whole, MatchingStrategies::ALL).await?)? > 0 {
                // The rest of such a list is empty.
                return Ok((results, MatchingStrategies::ALL));
            }
        }
        Ok((self.ask(asked, MatchingStrategies::FREQUENCY).await?, MatchingStrategies::FREQUENCY))
    }

    pub(super) async fn ask(&self, asked: Asked<'_>, words: MatchingStrategies) -> Result<Results, MeiliError> {
        let index = self.asking.index(asked.index);
        let (start, end) = (Highlights::START.to_string(), Highlights::END.to_string());
        let mut search = SearchQuery::<Http>::new(&index);
        search.with_offset(asked.offset).with_limit(asked.limit).with_sort(asked.sort).with_matching_strategy(words);
        search.with_attributes_to_retrieve(Selectors::Some(asked.retrieved));
        let filter: Vec<&str> = [asked.filter, asked.rest].into_iter().filter(|part| !part.is_empty()).collect();
        let filter = filter.join(" AND ");
        if !filter.is_empty() {
            search.with_filter(&filter);
        }
        if asked.facets {
            search.with_facets(Selectors::Some(&FACETS));
        }
        if let Some(text) = asked.text {
            search.with_query(text).with_attributes_to_highlight(Selectors::Some(&HIGHLIGHTED));
            search.with_highlight_pre_tag(&start).with_highlight_post_tag(&end);
            search.with_attributes_to_crop(Selectors::Some(&[("description", Some(PIECE))])).with_crop_marker("");
        }
        Ok(search.execute::<Hit>().await?)
    }

    /// Lets a question through unless the engine rests, and notes what comes of it: told once, however many ask.
    async fn guarded<T>(&self, question: impl Future<Output = Result<T, MeiliError>>) -> Result<T, IndexError> {
        if !self.rest.admit(Instant::now()) {
            return Err(IndexError::Declined { name: NAME, why: "it rests after a failure" });
        }
        let answer = question.await;
        let failure = match &answer {
            // That there is more to order than is worth it here is an answer, too.
            Ok(_) | Err(MeiliError::Crowded) => None,
            Err(error) => Some(error),
        };
        match failure {
            None if self.rest.succeeded() => tracing::info!("Meilisearch answers searches again"),
            None => {}
            Some(error) => {
                if matches!(error, MeiliError::Missing(_)) {
                    self.missed.notify_one();
                }
                if self.rest.failed(Instant::now()) {
                    let error = error as &dyn std::error::Error;
                    tracing::warn!(error, "Meilisearch does not answer searches; PostgreSQL does");
                }
            }
        }
        Ok(answer?)
    }
}

/// Only words: marks that mean something to the engine, such as a minus, were not meant so by who typed them. Two that
/// stand for one are that one. The last one is what a word may begin with, if it has so many letters; a space behind it
/// says that it has ended.
fn words(typed: &TypedText, beginning: usize) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut rest = typed.words();
    while let [first, others @ ..] = rest {
        let one = rest.get(..2).and_then(as_one);
        words.push(one.unwrap_or(first));
        rest = if one.is_some() { &rest[2..] } else { others };
    }
    let is_short = words.last().is_some_and(|last| last.chars().count() < beginning);
    words.join(" ") + if is_short { " " } else { "" }
}

/// In which order, ties by id.
#[derive(Debug, Clone, Copy)]
enum Order {
    /// As well as the words fit.
    Words,
    Newest,
    Cheapest,
    Dearest,
    BestRated,
    /// From a point.
    Distance(Coordinates),
}

impl Order {
    fn of(sort: PlaceSort, has_text: bool, centre: Option<Coordinates>) -> Self {
        match (sort, centre) {
            (PlaceSort::Relevance, _) if has_text => Self::Words,
            (PlaceSort::Cheapest, _) => Self::Cheapest,
            (PlaceSort::Dearest, _) => Self::Dearest,
            (PlaceSort::BestRated, _) => Self::BestRated,
            (PlaceSort::Nearest, Some(centre)) => Self::Distance(centre),
            (PlaceSort::Relevance | PlaceSort::Newest | PlaceSort::Nearest, _) => Self::Newest,
        }
    }

    /// How many places are read for a part of the list.
    fn reads(self, offset: usize, limit: usize) -> usize {
        match self {
            Self::Distance(_) => candidates(offset, limit),
            Self::Words | Self::Newest | Self::Cheapest | Self::Dearest | Self::BestRated => limit,
        }
    }

    /// What of a place its rank is made of; nothing for what only the engine ranks.
    fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Words => None,
            Self::Newest => Some("created"),
            Self::Cheapest | Self::Dearest => Some("price_milli"),
            Self::BestRated => Some("rating"),
            Self::Distance(_) => Some(GEO),
        }
    }

    /// In the engine's terms; nothing for what its ranking does by itself, or we do.
    fn sorted(self) -> &'static [&'static str] {
        match self {
            Self::Words | Self::Distance(_) => &[],
            Self::Newest => &["created:desc", "id:asc"],
            Self::Cheapest => &["price_milli:asc", "id:asc"],
            Self::Dearest => &["price_milli:desc", "id:asc"],
            Self::BestRated => &["rating:desc", "id:asc"],
        }
    }

    /// The condition of what comes from a rank on; nothing where all of it may.
    fn beyond(self, rank: i64) -> Option<String> {
        match self {
            Self::Words => None,
            Self::Newest => Some(format!("created <= {rank}")),
            Self::Cheapest => Some(format!("price_milli >= {rank}")),
            Self::Dearest => Some(format!("price_milli <= {rank}")),
            Self::BestRated => Some(format!("rating <= {rank}")),
            Self::Distance(centre) => not_nearer(centre, rank),
        }
    }

    /// What a hit is ordered by, as the database ranks it; nothing for what only the engine ranks.
    fn rank(self, hit: &Hit) -> Result<Option<i64>, MeiliError> {
        let rank = match self {
            Self::Words => None,
            Self::Distance(centre) => Some(millimetres(hit, centre)),
            Self::Newest => hit.created,
            Self::Cheapest | Self::Dearest => hit.price_milli,
            Self::BestRated => hit.rating,
        };
        match (rank, self.attribute()) {
            (None, Some(missing)) => Err(MeiliError::Unknown(missing)),
            (rank, _) => Ok(rank),
        }
    }
}

pub(super) fn total(results: &Results) -> Result<u64, MeiliError> {
    // Nothing is left out after it was counted, and no distinct attribute set: the estimate is the number.
    results.estimated_total_hits.map(|hits| hits as u64).ok_or(MeiliError::Unknown("estimatedTotalHits"))
}

fn matches(results: &Results, with_facets: bool) -> Result<Matches, MeiliError> {
    let total = total(results)?;
    let counted = u64::from(PAGED_ROWS);
    let facets = with_facets.then(|| facets(results)).transpose()?;
    Ok(Matches { total: Total { count: total.min(counted), is_exact: total <= counted }, facets })
}

fn facets(results: &Results) -> Result<Facets, MeiliError> {
    let counts = results.facet_distribution.as_ref().ok_or(MeiliError::Unknown("facetDistribution"))?;
    let of = |facet: &str| counts.get(facet).into_iter().flatten().map(|(value, count)| (value, *count as u64));
    // As far as the total is counted.
    let capped = |count: u64| count.min(PAGED_ROWS.into());
    let mut cities: Vec<(String, u64)> = of("city_key").map(|(key, count)| (key.clone(), count)).collect();
    cities.sort_unstable_by(|(one, few), (other, many)| many.cmp(few).then_with(|| one.cmp(other)));
    cities.truncate(CITIES as usize);
    let mut prices: Vec<PriceBar> = of("price_band").filter_map(|(bar, count)| price_bar(bar, capped(count))).collect();
    prices.sort_unstable();
    let ratings: BTreeMap<Reverse<Option<u32>>, u64> =
        of("rating_bar").filter_map(|(bar, count)| Some((Reverse(rating(bar)?), capped(count)))).collect();
    Ok(Facets {
        amenities: of("amenities").map(|(code, count)| (code.clone(), capped(count))).collect(),
        prices,
        cities: cities.into_iter().map(|(key, count)| (key, capped(count))).collect(),
        ratings: ratings.into_iter().map(|(Reverse(at_least), count)| RatingBar { at_least, count }).collect(),
    })
}

fn price_bar(text: &str, count: u64) -> Option<PriceBar> {
    let (currency, band) = parse_band(text)?;
    let currency: Currency = currency.parse().ok()?;
    Some(PriceBar { currency, band, count })
}

/// Where a bar begins; `None` inside for places without reviews.
fn rating(text: &str) -> Option<Option<u32>> {
    let at_least: u32 = text.parse().ok()?;
    Some(Some(at_least).filter(|at_least| *at_least > 0))
}

fn found(hit: SearchResult<Hit>, order: Order, has_text: bool) -> Result<IndexHit, MeiliError> {
    let highlights = has_text.then(|| hit.formatted_result.map(highlights).unwrap_or_default());
    let place = hit.result.shown.as_deref().map(serde_json::from_str).transpose().map_err(MeiliError::Shown)?;
    Ok(IndexHit { place_id: hit.result.id, place, rank: order.rank(&hit.result)?, highlights })
}

fn highlights(mut formatted: Map<String, Value>) -> Highlights {
    let mut text = |name: &str| match formatted.remove(name) {
        Some(Value::String(text)) => Some(whole_words(&take_back(&text))),
        _ => None,
    };
    Highlights { title: text("title"), description: text("description") }
}

/// The engine marks as much of a word as was typed of it; here the whole word is marked.
fn whole_words(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut pieces = text.split(Highlights::END);
    whole.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let rest = piece.trim_start_matches(char::is_alphanumeric);
        whole.push_str(&piece[..piece.len() - rest.len()]);
        whole.push(Highlights::END);
        whole.push_str(rest);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_reach_to_the_ends_of_words() {
        let (start, end) = (Highlights::START, Highlights::END);
        let marked = |text: &str| text.replace('<', &start.to_string()).replace('>', &end.to_string());
        for (theirs, ours) in [
            ("<Loft>s & more", "<Lofts> & more"),
            ("a <loft>, <café>s", "a <loft>, <cafés>"),
            ("<harb>", "<harb>"),
            ("none", "none"),
            ("", ""),
        ] {
            assert_eq!(whole_words(&marked(theirs)), marked(ours));
        }
    }

    #[test]
    fn only_words_are_asked_for_and_short_ones_begin_nothing() {
        let asked = |typed: &str, beginning| words(&TypedText::parse(typed).unwrap(), beginning);
        assert_eq!(asked("loft -\"quiet street\"", 3), "loft quiet street");
        assert_eq!(asked("loft with hot tub", 3), "loft jacuzzi");
        assert_eq!((asked("ap", 3), asked("ap", 1), asked("apa", 3)), ("ap ".into(), "ap".into(), "apa".into()));
    }
}
