//! Which index outside the database may be asked, and what it must leave out while it is behind.

use sqlx::{Postgres, QueryBuilder, Row};
use uuid::Uuid;

use super::{PlaceFilter, SearchIndex, documents};
use crate::{ReadError, Views, columns};

/// More places than this that have changed since an index's checkpoint are too many to leave out of each question.
const MOST_CHANGED: i64 = 1_000;

/// How an index stands to the views.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// Which one is asked, by its uid.
    pub(super) index: String,
    /// It contains the log up to here.
    pub(super) position: u64,
    /// Whether no place has changed since.
    pub(super) is_level: bool,
    /// Places that have, and do not match as they are now.
    pub(super) excluded: Vec<Uuid>,
}

impl Standing {
    /// Whether the index contains the log up to a position.
    pub(super) fn contains(&self, position: Option<u64>) -> bool {
        position.is_none_or(|least| self.position >= least)
    }
}

/// How the index stands that is asked; `None` where none has been filled yet, or it is too far behind, or was begun before
/// a view was rebuilt, which may have changed any row and no position.
pub(super) async fn standing(
    views: &Views,
    index: &dyn SearchIndex,
    filter: &PlaceFilter,
) -> Result<Option<Standing>, ReadError> {
    let mut query = QueryBuilder::new("");
    push_index(&mut query, index);
    push_changed(&mut query, |query| query.push("i.position"));
    query.push(" select i.uid, i.position, (select count(*) from changed) as changed, array(select c.place_id from ");
    push_unfit(&mut query, filter);
    query.push(") as excluded from i");
    let Some(row) = query.build().fetch_optional(&views.pool).await? else { return Ok(None) };
    let changed: i64 = row.try_get("changed")?;
    if changed > MOST_CHANGED {
        return Ok(None);
    }
    let position = columns::unsigned(&row, "position")?;
    let (index, excluded) = (row.try_get("uid")?, row.try_get("excluded")?);
    Ok(Some(Standing { index, position, is_level: changed == 0, excluded }))
}

/// A query for the position up to which an index contains the log, if it is the one to ask and has to leave nothing out that
/// has changed since a guess; else for nothing.
pub(super) fn push_holding(
    query: &mut QueryBuilder<'_, Postgres>,
    index: &dyn SearchIndex,
    guess: &Standing,
    filter: &PlaceFilter,
) {
    push_index(query, index);
    // Behind a `select`, so that the planner makes one plan for all positions.
    push_changed(query, |query| query.push("(select ").push_bind(columns::signed(guess.position)).push("::bigint)"));
    query.push(" select i.position from i where i.uid = ").push_bind(guess.index.clone());
    query.push(" and (select count(*) from changed) <= ").push(MOST_CHANGED).push(" and not exists (select from ");
    push_unfit(query, filter);
    query.push(")");
}

/// Begins a query with the index to ask, as `i`.
fn push_index(query: &mut QueryBuilder<'_, Postgres>, index: &dyn SearchIndex) {
    query.push("with i as (select uid, position from search_indexes where state = 'live' and name = ");
    query.push_bind(index.name()).push(" and version = ").push_bind(columns::integer(index.version()));
    query.push(" and rebuilds = (select coalesce(sum(c.rebuilds), 0) from projection_checkpoints c where ");
    for (number, view) in documents::SOURCES.iter().enumerate() {
        query.push(if number == 0 { "" } else { " or " });
        query.push("(c.name, c.version) = (").push_bind(view.name()).push(", ");
        query.push_bind(columns::integer(view.version())).push(")");
    }
    query.push("))");
}

/// Goes on with the places that have changed after a position, as `changed`.
fn push_changed<'q>(
    query: &mut QueryBuilder<'q, Postgres>,
    position: impl for<'r> Fn(&'r mut QueryBuilder<'q, Postgres>) -> &'r mut QueryBuilder<'q, Postgres>,
) {
    query.push(
        ", changed as materialized (
             select place_id from (select s.place_id from place_search_v1 s, i where s.position > ",
    );
    position(query);
    query.push(" union select c.place_id from place_calendars_v1 c, i where c.position > ");
    position(query);
    query.push(") both_views limit ").push(MOST_CHANGED + 1).push(")");
}

/// Those of them that do not match, as `c`: each by its id, since without the limit all places would be looked at where not
/// one has changed. A condition on what a place does not have is null.
fn push_unfit(query: &mut QueryBuilder<'_, Postgres>, filter: &PlaceFilter) {
    query.push("changed c cross join lateral (select (");
    filter.push(query);
    query.push(") as fits from place_search_v1 s where s.place_id = c.place_id limit 1) s where s.fits is not true");
}
