//! The answer of PostgreSQL: `place_search_v1` finds and orders, `places_v1` is shown.

use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row};

use super::condition::{Condition, Words, gather};
use super::counts::{count_all, count_as_far_as, count_some};
use super::filter::push_distance_mm;
use super::highlight::Marks;
use super::vocabulary::{BEGINNING, Joined, Mistyped, Reading};
use super::{Engine, FoundPlace, Matches, PlaceFilter, PlaceSort, SearchAnswer, SearchQuery, TypedText};
use crate::page::{Order, Rank};
use crate::place::PlaceRow;
use crate::{Key, Listed, ReadError, Slice, Views};

/// What an answer is read from: of one moment, so that counts are those of the items.
const SNAPSHOT: &str = "begin isolation level repeatable read, read only";
/// The same where words were typed. Of words that are common, but seldom together, it looks to the planner as if there
/// were many places, so that it would read the whole table for a few of them; the index of words knows.
pub(super) const SNAPSHOT_FOR_WORDS: &str = "begin isolation level repeatable read, read only; \
                                             set local enable_seqscan = off";
/// Places with some words that are fewer than this are gathered before they are ordered: for the same reason
/// they would be looked for in the order of a list, past all the others.
const GATHERED: u64 = 200;
/// With fewer places than this, words may have been mistyped although there are places that have them.
const FEW: u64 = 5;

/// Listed places that match, without words: every one is counted where a page is asked for.
///
/// # Errors
/// [`ReadError`].
pub async fn list(
    views: &Views,
    filter: &PlaceFilter,
    sort: PlaceSort,
    slice: Slice,
) -> Result<Listed<PlaceRow>, ReadError> {
    slice.check()?;
    let condition = Condition { filter, words: None };
    let mut connection = views.pool.begin_with(SNAPSHOT).await?;
    let (found, next) = page(&mut connection, &condition, sort, slice).await?;
    let total = match slice.counts() {
        true => Some(count_all(&mut connection, &condition).await?),
        false => None,
    };
    // Nothing was written: how it ends need not be waited for, here and below.
    drop(connection);
    Ok(Listed { items: found.into_iter().map(|found| found.place).collect(), total, next })
}

/// Listed places that match, best first, and what they have.
pub(super) async fn find(views: &Views, query: &SearchQuery) -> Result<SearchAnswer, ReadError> {
    let snapshot = if query.text.is_some() { SNAPSHOT_FOR_WORDS } else { SNAPSHOT };
    let mut connection = views.pool.begin_with(snapshot).await?;
    let (words, matches) = match &query.text {
        Some(typed) => {
            let (words, counted) = understand(&mut connection, query, typed).await?;
            (Some(words), counted)
        }
        None => {
            let condition = Condition { filter: &query.filter, words: None };
            let counts = query.slice.counts();
            (None, if counts { Some(count_some(&mut connection, &condition, query.facets).await?) } else { None })
        }
    };
    let condition = Condition { filter: &query.filter, words: words.as_ref() };
    let (found, next) = page(&mut connection, &condition, query.sort, query.slice).await?;
    drop(connection);
    let marks = words.map(|words| words.terms.marks());
    let places = found.into_iter().map(|found| found.into_place(marks.as_ref())).collect();
    Ok(SearchAnswer { engine: Engine::POSTGRES, places, matches, next })
}

/// Reads what was typed more and more generously, until there are places. It depends on nothing but the question and
/// the data, so that every page of a list is read alike. Returns what matches, too, where it is to be counted.
async fn understand(
    connection: &mut PgConnection,
    query: &SearchQuery,
    typed: &TypedText,
) -> Result<(Words, Option<Matches>), ReadError> {
    let mut reading = Reading::begin(connection, typed, BEGINNING).await?;
    reading.doubt(connection, Mistyped::Unknown).await?;
    let phrase = typed.words().join(" ");
    let mut words = Words { terms: reading.terms(), joined: Joined::All, phrase, gathered: true };
    let mut counted = count(connection, query, &words).await?;
    if counted.least < FEW {
        reading.doubt(connection, Mistyped::Every).await?;
        let terms = reading.terms();
        if terms != words.terms {
            words.terms = terms;
            counted = count(connection, query, &words).await?;
        }
    }
    words.gathered = counted.least < GATHERED;
    if counted.least == 0 && words.terms.0.len() > 1 {
        // Rather places that have some of the words than none at all: how many, the planner can tell.
        (words.joined, words.gathered) = (Joined::Any, false);
        if query.slice.counts() {
            counted = count(connection, query, &words).await?;
        }
    }
    Ok((words, counted.matches))
}

/// How many places match, as far as it is asked for and words are judged by it.
struct Counted {
    least: u64,
    matches: Option<Matches>,
}

async fn count(connection: &mut PgConnection, query: &SearchQuery, words: &Words) -> Result<Counted, ReadError> {
    let condition = Condition { filter: &query.filter, words: Some(words) };
    if !query.slice.counts() {
        return Ok(Counted { least: count_as_far_as(connection, &condition, GATHERED).await?, matches: None });
    }
    let matches = count_some(connection, &condition, query.facets).await?;
    Ok(Counted { least: matches.total.count, matches: Some(matches) })
}

/// The order of a list, as far as the filter and the words allow it.
fn order(sort: PlaceSort, condition: &Condition<'_>) -> Order {
    let by = |column, descending| Order { rank: Rank::Number(column), id: "place_id", descending };
    match sort {
        PlaceSort::Relevance if condition.words.is_some() => by("relevance", true),
        PlaceSort::Cheapest => by("price_milli", false),
        PlaceSort::Dearest => by("price_milli", true),
        PlaceSort::BestRated => by("rating", true),
        PlaceSort::Nearest if condition.filter.centre().is_some() => by("distance_mm", false),
        PlaceSort::Relevance | PlaceSort::Nearest | PlaceSort::Newest => Order::newest("place_id"),
    }
}

async fn page(
    connection: &mut PgConnection,
    condition: &Condition<'_>,
    sort: PlaceSort,
    slice: Slice,
) -> Result<(Vec<Found>, Option<Key>), ReadError> {
    let order = order(sort, condition);
    let mut query = gather(condition.words.is_some_and(|words| words.gathered));
    query.push("select s.place_id, s.created_at, s.price_milli, s.rating, ");
    match condition.words {
        Some(words) => words.push_relevance(&mut query),
        None => {
            query.push("null::bigint");
        }
    }
    query.push(" as relevance, ");
    match condition.filter.centre() {
        Some(centre) => push_distance_mm(&mut query, centre),
        None => {
            query.push("null::bigint");
        }
    }
    query.push(" as distance_mm from place_search_v1 s where ");
    condition.push(&mut query);
    query.push(") select p.*, f.rating, f.relevance, f.distance_mm");
    query.push(" from (select * from m where true");
    order.push(&mut query, slice);
    query.push(") f join places_v1 p using (place_id) order by ");
    order.push_by(&mut query, "f.");
    let rows: Vec<Found> = query.build_query_as().fetch_all(connection).await?;
    let keyed = rows.into_iter().map(|found| (found.key(order), found)).collect();
    let listed = Listed::of(keyed, slice, None);
    Ok((listed.items, listed.next))
}

/// A place with what it is ordered by.
struct Found {
    place: PlaceRow,
    price_milli: i64,
    rating: i32,
    relevance: Option<i64>,
    distance_mm: Option<i64>,
}

impl Found {
    fn key(&self, order: Order) -> Key {
        let rank = match order.rank {
            Rank::Instant(_) => self.place.created_at.as_microsecond(),
            Rank::Number("relevance") => self.relevance.unwrap_or(0),
            Rank::Number("distance_mm") => self.distance_mm.unwrap_or(0),
            Rank::Number("rating") => self.rating.into(),
            Rank::Number(_) => self.price_milli,
        };
        Key { rank, id: self.place.place_id }
    }

    fn into_place(self, marks: Option<&Marks>) -> FoundPlace {
        // Whole millimetres of at most half the Earth's girth: a float holds them exactly.
        let distance_km = self.distance_mm.map(|mm| mm as f64 / 1e6);
        let (title, description) = (self.place.title.as_deref(), self.place.description.as_deref());
        let highlights = marks.map(|marks| marks.highlights(title, description));
        FoundPlace { place: self.place.for_strangers(), distance_km, highlights }
    }
}

impl FromRow<'_, PgRow> for Found {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            place: PlaceRow::from_row(row)?,
            price_milli: row.try_get("price_milli")?,
            rating: row.try_get("rating")?,
            relevance: row.try_get("relevance")?,
            distance_mm: row.try_get("distance_mm")?,
        })
    }
}
