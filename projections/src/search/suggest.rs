//! Places and cities that may be meant while somebody is still typing.

use sqlx::{PgConnection, QueryBuilder, Row};
use uuid::Uuid;

use super::postgres::SNAPSHOT_FOR_WORDS;
use super::vocabulary::{Joined, Mistyped, Reading};
use super::{Engine, TypedText, fold};
use crate::{ReadError, Views, columns};

/// A single letter may begin a name.
const BEGINNING: usize = 1;
/// So many of the newest places are looked at one by one, since most of what is typed is found among them.
const NEWEST: i64 = 1_000;

/// What may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestions {
    /// Who found the places.
    pub engine: Engine,
    /// Places by their titles.
    pub places: Vec<SuggestedPlace>,
    /// Cities with a listed place, by their names.
    pub cities: Vec<String>,
}

/// A place that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedPlace {
    /// The place's id.
    pub place_id: Uuid,
    /// Its title; `None` after erasure.
    pub title: Option<String>,
    /// Its city.
    pub city: Option<String>,
}

/// Listed places whose title has every word, or one that begins so for the last of them: newest first.
pub(super) async fn places(views: &Views, typed: &TypedText, limit: u32) -> Result<Vec<SuggestedPlace>, ReadError> {
    let mut connection = views.pool.begin_with(SNAPSHOT_FOR_WORDS).await?;
    let mut reading = Reading::begin(&mut connection, typed, BEGINNING).await?;
    reading.doubt(&mut connection, Mistyped::Unknown).await?;
    let terms = reading.terms().joined(Joined::All);
    let mut ids: Vec<Uuid> = sqlx::query_scalar(AMONG_THE_NEWEST)
        .bind(&terms)
        .bind(columns::integer(limit))
        .bind(NEWEST)
        .fetch_all(&mut *connection)
        .await?;
    if ids.len() < limit as usize {
        ids = sqlx::query_scalar(OF_ALL).bind(&terms).bind(columns::integer(limit)).fetch_all(&mut *connection).await?;
    }
    named(&mut connection, &ids).await
}

const AMONG_THE_NEWEST: &str = "
    with newest as materialized (
        select s.place_id, s.created_at, s.title_words from place_search_v1 s
        where s.listed order by s.created_at desc, s.place_id limit $3
    )
    select place_id from newest where title_words @@ $1::tsquery order by created_at desc, place_id limit $2";

/// Gathered before they are ordered: of words that are common, but seldom together, it looks to the planner as if there
/// were many places, so that it would walk over all of them.
const OF_ALL: &str = "
    with found as materialized (
        select s.place_id, s.created_at from place_search_v1 s where s.listed and s.title_words @@ $1::tsquery
    )
    select place_id from found order by created_at desc, place_id limit $2";

/// Those of the places that are listed, in the order of their ids here.
pub(super) async fn named(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<SuggestedPlace>, ReadError> {
    let sql = "
        select p.place_id, p.title, p.city
        from unnest($1::uuid[]) with ordinality as i (place_id, number) join places_v1 p using (place_id)
        where p.status = 'listed' and not p.hidden order by i.number";
    let rows = sqlx::query(sql).bind(ids).fetch_all(connection).await?;
    let place = |row: &sqlx::postgres::PgRow| {
        Ok(SuggestedPlace {
            place_id: row.try_get("place_id")?,
            title: row.try_get("title")?,
            city: row.try_get("city")?,
        })
    };
    Ok(rows.iter().map(place).collect::<sqlx::Result<_>>()?)
}

/// Cities whose name begins as it was typed, by name: each step jumps over all places of a city.
pub(super) async fn cities(views: &Views, typed: &TypedText, limit: u32) -> Result<Vec<String>, ReadError> {
    let mut query = QueryBuilder::new("with recursive cities as (");
    let begun = columns::escape_like(&fold(typed.as_str()));
    for bound in ["s.city_key ~>=~ ''", "s.city_key ~>~ c.city_key"] {
        let recursive = bound.contains("c.");
        query.push(if recursive { " union all select n.* from cities c cross join lateral (" } else { "(" });
        query.push("select s.city_key, s.city from place_search_v1 s where s.listed and s.city_key like ");
        query.push_bind(format!("{begun}%")).push(" and ").push(bound);
        query.push(" order by s.city_key using ~<~, s.created_at desc, s.place_id limit 1)");
        query.push(if recursive { " n" } else { "" });
    }
    query.push(") select city from cities limit ").push_bind(i64::from(limit));
    Ok(query.build_query_scalar().fetch_all(&views.pool).await?)
}
