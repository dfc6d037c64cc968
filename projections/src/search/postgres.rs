//! The answer of PostgreSQL: `place_search_v1` finds and orders, `places_v1` is shown.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::Currency;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder, Row};

use super::filter::push_distance_mm;
use super::vocabulary::{BEGINNING, Joined, Mistyped, Reading, Term, Terms};
use super::{
    Engine, Facets, FoundPlace, Highlights, Matches, PlaceFilter, PlaceSort, PriceBar, RatingBar, SearchAnswer,
    SearchQuery, Total, TypedText, rating_bar,
};
use crate::page::{Order, PAGED_ROWS, Rank};
use crate::place::PlaceRow;
use crate::{Key, Listed, ReadError, Slice, Views, columns};

/// Cities that a facet names at the most.
const CITIES: i64 = 20;
/// What an answer is read from: of one moment, so that counts are those of the items.
const SNAPSHOT: &str = "begin isolation level repeatable read, read only";
/// The same where words were typed. They resemble others sooner than usual (0.3), since swapped letters leave few trigrams
/// as they were. Of words that are common, but seldom together, it looks to the planner as if there were many places, so
/// that it would read the whole table for a few of them; the index of words knows.
pub(super) const SNAPSHOT_FOR_WORDS: &str = "begin isolation level repeatable read, read only; \
                                             set local pg_trgm.similarity_threshold = 0.2; \
                                             set local enable_seqscan = off";
/// Places with some words that are fewer than this are gathered before they are ordered and counted: for the same reason
/// they would be looked for in the order of a list, past all the others.
const GATHERED: u64 = 200;
/// With fewer places than this, words may have been mistyped although there are places that have them.
const FEW: u64 = 10;
/// Characters of a description in which a piece to show is looked for.
const EXCERPTED: i32 = 2_000;

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
    connection.commit().await?;
    Ok(Listed { items: found.into_iter().map(|found| found.place).collect(), total, next })
}

/// Listed places that match, best first, and what they have.
pub(super) async fn find(views: &Views, query: &SearchQuery) -> Result<SearchAnswer, ReadError> {
    let snapshot = if query.text.is_some() { SNAPSHOT_FOR_WORDS } else { SNAPSHOT };
    let mut connection = views.pool.begin_with(snapshot).await?;
    let words = match &query.text {
        Some(typed) => Some(understand(&mut connection, query, typed).await?),
        None => None,
    };
    let condition = Condition { filter: &query.filter, words: words.as_ref() };
    let (found, next) = page(&mut connection, &condition, query.sort, query.slice).await?;
    let mut matches = match query.slice.counts() {
        true => Some(count_some(&mut connection, &condition, query.facets).await?),
        false => None,
    };
    if let Some(facets) = matches.as_mut().and_then(|matches| matches.facets.as_mut()) {
        name_cities(&mut connection, &mut facets.cities).await?;
    }
    connection.commit().await?;
    let places = found.into_iter().map(Found::into_place).collect();
    Ok(SearchAnswer { engine: Engine::POSTGRES, places, matches, next })
}

/// Reads what was typed more and more generously, until there are places. It depends on nothing but the question and
/// the data, so that every page of a list is read alike.
async fn understand(connection: &mut PgConnection, query: &SearchQuery, typed: &TypedText) -> Result<Words, ReadError> {
    let phrase = typed.words().join(" ");
    let mut reading = Reading::begin(connection, typed, BEGINNING).await?;
    reading.doubt(connection, Mistyped::Unknown).await?;
    let mut words = Words { terms: reading.terms(), joined: Joined::All, phrase, gathered: true };
    let mut matching = count_as_far_as(connection, query, &words, GATHERED).await?;
    if matching < FEW {
        reading.doubt(connection, Mistyped::Every).await?;
        words.terms = reading.terms();
        matching = count_as_far_as(connection, query, &words, GATHERED).await?;
    }
    words.gathered = matching < GATHERED;
    if matching == 0 {
        // Rather places that have some of the words than none at all: how many, the planner can tell.
        (words.joined, words.gathered) = (Joined::Any, false);
    }
    Ok(words)
}

/// How many places match, up to a bound.
async fn count_as_far_as(
    connection: &mut PgConnection,
    query: &SearchQuery,
    words: &Words,
    bound: u64,
) -> Result<u64, ReadError> {
    let mut count = QueryBuilder::new("with m as materialized (select s.place_id from place_search_v1 s where ");
    Condition { filter: &query.filter, words: Some(words) }.push(&mut count);
    count.push(") select count(*) as total from (select from m limit ").push_bind(columns::signed(bound)).push(") m");
    Ok(columns::unsigned(&count.build().fetch_one(connection).await?, "total")?)
}

/// What a place must be.
struct Condition<'a> {
    filter: &'a PlaceFilter,
    words: Option<&'a Words>,
}

/// The words that a place must have.
struct Words {
    terms: Terms,
    joined: Joined,
    phrase: String,
    /// Whether places that match are gathered before anything else is done with them.
    gathered: bool,
}

impl Condition<'_> {
    /// Begins a statement with all places that match as `m`, to be ended with their condition and a parenthesis.
    fn gather(&self) -> QueryBuilder<'static, Postgres> {
        let is_gathered = self.words.is_some_and(|words| words.gathered);
        QueryBuilder::new(if is_gathered { "with m as materialized (" } else { "with m as not materialized (" })
    }

    fn push(&self, query: &mut QueryBuilder<'_, Postgres>) {
        self.filter.push(query);
        if let Some(words) = self.words {
            query.push(" and s.words @@ ").push_bind(words.terms.joined(words.joined)).push("::tsquery");
        }
    }
}

impl Words {
    /// A number that is higher the better a place fits: a word in the title counts three times one elsewhere, the word
    /// itself a little more than what means the same; then words that stand together, and titles that hold little else.
    fn push_fitness(&self, query: &mut QueryBuilder<'_, Postgres>) {
        query.push("(0");
        for term in &self.terms.0 {
            self.push_term(query, term);
        }
        if self.terms.0.len() > 1 {
            query.push(" + 40 * (s.title_words @@ phraseto_tsquery('hbnb_simple', ");
            query.push_bind(self.phrase.clone()).push("))::int");
        }
        query.push(" + least(9, 30 / greatest(1, length(s.title_words))))");
    }

    fn push_term(&self, query: &mut QueryBuilder<'_, Postgres>, term: &Term) {
        query.push(" + case when s.title_words @@ ").push_bind(term.typed.clone()).push("::tsquery then 70");
        query.push(" when s.title_words @@ ").push_bind(term.any.clone()).push("::tsquery then 60");
        match self.joined {
            Joined::All => query.push(" else 20 end"),
            Joined::Any => {
                query.push(" when s.words @@ ").push_bind(term.any.clone()).push("::tsquery then 20 else 0 end")
            }
        };
    }
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
    let mut query = condition.gather();
    query.push("select s.place_id, s.created_at, s.price_milli, s.rating, ");
    push_relevance(&mut query, condition.words);
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
    push_highlights(&mut query, condition.words);
    query.push(" from (select * from m where true");
    order.push(&mut query, slice);
    query.push(") f join places_v1 p using (place_id) order by ");
    order.push_by(&mut query, "f.");
    let rows: Vec<Found> = query.build_query_as().fetch_all(connection).await?;
    let keyed = rows.into_iter().map(|found| (found.key(order), found)).collect();
    let listed = Listed::of(keyed, slice, None);
    Ok((listed.items, listed.next))
}

/// The fitness in the upper bits, and below it the age: among equals the newest comes first.
fn push_relevance(query: &mut QueryBuilder<'_, Postgres>, words: Option<&Words>) {
    match words {
        Some(words) => {
            words.push_fitness(query);
            // 52 bits hold the microseconds from 1970 to 2112.
            query.push("::bigint * (1::bigint << 52) + (extract(epoch from s.created_at) * 1e6)::bigint");
        }
        None => {
            query.push("null::bigint");
        }
    }
}

fn push_highlights(query: &mut QueryBuilder<'_, Postgres>, words: Option<&Words>) {
    let Some(words) = words else { return };
    let marks = format!("StartSel={}, StopSel={}", Highlights::START, Highlights::END);
    query.push(", ts_headline('hbnb_simple', p.title, ").push_bind(words.terms.highlighted());
    query.push("::tsquery, ").push_bind(format!("{marks}, HighlightAll=true")).push(") as title_highlight");
    query.push(", ts_headline('hbnb_simple', left(p.description, ").push_bind(EXCERPTED).push("), ");
    query.push_bind(words.terms.highlighted()).push("::tsquery, ");
    query.push_bind(format!("{marks}, MaxWords=30, MinWords=15")).push(") as description_highlight");
}

async fn count_all(connection: &mut PgConnection, condition: &Condition<'_>) -> Result<u64, ReadError> {
    let mut query = QueryBuilder::new("select count(*) as total from place_search_v1 s where ");
    condition.push(&mut query);
    Ok(columns::unsigned(&query.build().fetch_one(connection).await?, "total")?)
}

/// Counts as far as pages reach, so that the widest question costs no more than that.
async fn count_some(
    connection: &mut PgConnection,
    condition: &Condition<'_>,
    facets: bool,
) -> Result<Matches, ReadError> {
    let mut query = condition.gather();
    query.push("select ");
    query.push(if facets { "s.amenities, s.currency, s.price_band, s.city_key, s.rating" } else { "s.place_id" });
    query.push(" from place_search_v1 s where ");
    condition.push(&mut query);
    query.push("), c as materialized (select * from m limit ").push_bind(i64::from(PAGED_ROWS) + 1);
    query.push(") select 'total' as kind, null as key, null::integer as number, count(*) as count from c");
    if facets {
        query.push(
            " union all select 'amenity', code, null, count(*) from c cross join unnest(c.amenities) as code group by 2
              union all select 'price', currency, price_band, count(*) from c group by 2, 3
              union all select 'rating', null, rating, count(*) from c group by 3
              union all (select 'city', city_key, null, count(*) from c where city_key is not null
                         group by 2 order by 4 desc, 2 limit ",
        );
        query.push_bind(CITIES).push(")");
    }
    let rows = query.build().fetch_all(connection).await?;
    Ok(tally(&rows, facets)?)
}

fn tally(rows: &[PgRow], with_facets: bool) -> sqlx::Result<Matches> {
    let (mut total, mut facets, mut ratings) = (0, Facets::default(), BTreeMap::<_, u64>::new());
    for row in rows {
        let count = columns::unsigned(row, "count")?;
        match row.try_get("kind")? {
            "amenity" => {
                facets.amenities.insert(row.try_get("key")?, count);
            }
            "price" => {
                let currency: Currency = columns::parsed(row, "key")?;
                let band = i16::try_from(row.try_get::<i32, _>("number")?).unwrap_or(i16::MAX);
                facets.prices.push(PriceBar { currency, band, count });
            }
            "rating" => *ratings.entry(Reverse(rating_bar(columns::small(row, "number")?))).or_default() += count,
            "city" => facets.cities.push((row.try_get("key")?, count)),
            // The one kind that is left.
            _ => total = count,
        }
    }
    facets.prices.sort_unstable();
    facets.ratings = ratings.into_iter().map(|(Reverse(at_least), count)| RatingBar { at_least, count }).collect();
    let total = Total { count: total.min(PAGED_ROWS.into()), is_exact: total <= PAGED_ROWS.into() };
    Ok(Matches { total, facets: with_facets.then_some(facets) })
}

/// Puts the names of cities in the place of the folded ones that facets are counted by: as the newest place has it. A
/// range of one key in the order of the index of cities is read from that; an equality may be planned as a walk over the
/// newest places of all.
pub(super) async fn name_cities(connection: &mut PgConnection, cities: &mut [(String, u64)]) -> Result<(), ReadError> {
    let sql = "
        select n.city from unnest($1::text[]) with ordinality as k (key, number)
        left join lateral (
            select s.city from place_search_v1 s
            where s.listed and s.city_key ~>=~ k.key and s.city_key ~<=~ k.key
            order by s.city_key using ~<~, s.created_at desc, s.place_id limit 1) n on true
        order by k.number";
    let keys: Vec<&str> = cities.iter().map(|(key, _)| key.as_str()).collect();
    let names: Vec<Option<String>> = sqlx::query_scalar(sql).bind(keys).fetch_all(connection).await?;
    for ((city, _), name) in cities.iter_mut().zip(names) {
        // Where the last place of a city has just gone, the folded name must do.
        *city = name.unwrap_or_else(|| std::mem::take(city));
    }
    Ok(())
}

/// A place with what it is ordered by.
struct Found {
    place: PlaceRow,
    price_milli: i64,
    rating: i32,
    relevance: Option<i64>,
    distance_mm: Option<i64>,
    highlights: Option<Highlights>,
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

    fn into_place(self) -> FoundPlace {
        // Whole millimetres of at most half the Earth's girth: a float holds them exactly.
        let distance_km = self.distance_mm.map(|mm| mm as f64 / 1e6);
        FoundPlace { place: self.place, distance_km, highlights: self.highlights }
    }
}

impl FromRow<'_, PgRow> for Found {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let highlights = match row.try_get("title_highlight") {
            Ok(title) => Some(Highlights { title, description: row.try_get("description_highlight")? }),
            // Nothing was typed.
            Err(sqlx::Error::ColumnNotFound(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(Self {
            place: PlaceRow::from_row(row)?,
            price_milli: row.try_get("price_milli")?,
            rating: row.try_get("rating")?,
            relevance: row.try_get("relevance")?,
            distance_mm: row.try_get("distance_mm")?,
            highlights,
        })
    }
}
