//! How many match, and what they have: counted by the database.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::Currency;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, QueryBuilder, Row};

use super::condition::{Condition, gather};
use super::{Facets, Matches, PriceBar, RatingBar, Total, rating_bar};
use crate::page::PAGED_ROWS;
use crate::{ReadError, columns};

/// Cities that a facet names at the most.
pub const CITIES: u32 = 20;

/// The name of the city that has the folded one `k.key`, as its newest place has it. A range of one key in the order of
/// the index of cities is read from that; an equality may be planned as a walk over the newest places of all.
pub(super) const CITY: &str = "
    (select s.city from place_search_v1 s
     where s.listed and s.city_key ~>=~ k.key and s.city_key ~<=~ k.key
     order by s.city_key using ~<~, s.created_at desc, s.place_id limit 1)";

/// Counts all that match.
pub(super) async fn count_all(connection: &mut PgConnection, condition: &Condition<'_>) -> Result<u64, ReadError> {
    let mut query = QueryBuilder::new("select count(*) as total from place_search_v1 s where ");
    condition.push(&mut query);
    Ok(columns::unsigned(&query.build().fetch_one(connection).await?, "total")?)
}

/// Counts all that have some words up to a bound.
pub(super) async fn count_as_far_as(
    connection: &mut PgConnection,
    condition: &Condition<'_>,
    bound: u64,
) -> Result<u64, ReadError> {
    let mut query = gather(true);
    query.push("select s.place_id from place_search_v1 s where ");
    condition.push(&mut query);
    query.push(") select count(*) as total from (select from m limit ").push(bound).push(") m");
    Ok(columns::unsigned(&query.build().fetch_one(connection).await?, "total")?)
}

/// Counts all that match, and what they have, as far as pages reach, so that the widest question costs no more than that.
pub(super) async fn count_some(
    connection: &mut PgConnection,
    condition: &Condition<'_>,
    facets: bool,
) -> Result<Matches, ReadError> {
    // Words that are common, but seldom together, look to the planner as if the bound were soon reached.
    let mut query = gather(condition.words.is_some());
    query.push("select ");
    query.push(if facets { "s.amenities, s.currency, s.price_band, s.city_key, s.rating" } else { "s.place_id" });
    query.push(" from place_search_v1 s where ");
    condition.push(&mut query);
    query.push("), c as materialized (select * from m limit ").push(PAGED_ROWS + 1);
    query.push(") select 'total' as kind, null as key, null::integer as number, count(*) as count from c");
    if facets {
        query.push(
            " union all select 'amenity', code, null, count(*) from c cross join unnest(c.amenities) as code group by 2
              union all select 'price', currency, price_band, count(*) from c group by 2, 3
              union all select 'rating', null, rating, count(*) from c group by 3
              union all select 'city', ",
        );
        query.push(CITY).push(
            ", null, k.count from (
                  select city_key as key, count(*) as count from c where city_key is not null
                  group by 1 order by 2 desc, 1 limit ",
        );
        query.push(CITIES).push(") k");
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
    facets.cities.sort_by_key(|(_, count)| Reverse(*count));
    facets.ratings = ratings.into_iter().map(|(Reverse(at_least), count)| RatingBar { at_least, count }).collect();
    let total = Total { count: total.min(PAGED_ROWS.into()), is_exact: total <= PAGED_ROWS.into() };
    Ok(Matches { total, facets: with_facets.then_some(facets) })
}
