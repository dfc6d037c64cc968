//! Which index outside the database may be asked, and what it must leave out while it is behind.

use std::collections::HashSet;

use sqlx::{Postgres, QueryBuilder, Row};
use uuid::Uuid;

use super::last_look::Look;
use super::{PlaceFilter, SearchIndex, documents};
use crate::{ReadError, Views, columns};

/// More places than this that have changed since an index's checkpoint are too many to leave out of each question.
const MOST_CHANGED: i64 = 1_000;

/// How an index stands to the views.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// Which one is asked, by its uid.
    pub(super) index: String,
    /// It contains the log up to here, whatever late write may come.
    pub(super) position: u64,
    /// Places that have changed since: the index may hold them as they were.
    pub(super) changed: HashSet<Uuid>,
    /// Those of them that do not match as they are now.
    pub(super) excluded: Vec<Uuid>,
    /// The position that last changed what a place is found by.
    pub(super) last_change: u64,
}

impl Standing {
    /// Whether the index contains what an answer must.
    pub(super) fn contains(&self, min_position: Option<u64>) -> bool {
        min_position.is_none_or(|least| self.position >= least)
    }
}

/// Begins a statement with the index that is asked as `i`. There is none where none has been filled yet, or the one there
/// is was begun before a view was rebuilt, which may have changed any row and no position.
fn with_index(index: &dyn SearchIndex) -> QueryBuilder<'static, Postgres> {
    let mut query = QueryBuilder::new(
        "with i as (
             select uid, least(position, doubted_from) as position from search_indexes where state = 'live' and name = ",
    );
    query.push_bind(index.name()).push(" and version = ").push_bind(columns::integer(index.version()));
    query.push(" and rebuilds = (select coalesce(sum(c.rebuilds), 0) from projection_checkpoints c where ");
    for (number, view) in documents::SOURCES.iter().enumerate() {
        query.push(if number == 0 { "" } else { " or " });
        query.push("(c.name, c.version) = (").push_bind(view.name()).push(", ");
        query.push_bind(columns::integer(view.version())).push(")");
    }
    query.push("))");
    query
}

/// How the index stands if it is the one of a look, and nothing has changed since; `None` else.
pub(super) async fn unchanged(
    views: &Views,
    index: &dyn SearchIndex,
    look: &Look,
) -> Result<Option<Standing>, ReadError> {
    let mut query = with_index(index);
    query.push(
        ", last as (select coalesce((select max(position) from place_search_v1), 0) as place,
                           coalesce((select max(position) from place_calendars_v1), 0) as calendar)
         select i.position, last.place from i cross join last
         where greatest(last.place, last.calendar) <= least(i.position, ",
    );
    query.push_bind(columns::signed(look.position)).push(") and i.uid = ").push_bind(look.index.clone());
    let Some(row) = query.build().fetch_optional(&views.pool).await? else { return Ok(None) };
    Ok(Some(Standing {
        index: look.index.clone(),
        position: columns::unsigned(&row, "position")?,
        changed: HashSet::new(),
        excluded: vec![],
        last_change: columns::unsigned(&row, "place")?,
    }))
}

/// How the index stands that is asked; `None` where there is none, or it is too far behind.
pub(super) async fn standing(
    views: &Views,
    index: &dyn SearchIndex,
    filter: &PlaceFilter,
) -> Result<Option<Standing>, ReadError> {
    let mut query = with_index(index);
    query.push(", changed as materialized (");
    for (number, table) in ["place_search_v1", "place_calendars_v1"].into_iter().enumerate() {
        query.push(if number == 0 { "(" } else { " union (" });
        query.push(format!("select place_id from {table} where position > (select position from i) "));
        // The bound as it is: a value that the planner did not know would have it make a plan for each question.
        query.push(format!("order by position limit {})", MOST_CHANGED + 1));
    }
    query.push(format!(
        "), counted as (select count(*) <= {MOST_CHANGED} as are_few from changed)
         select i.uid, i.position, counted.are_few,
                coalesce((select max(position) from place_search_v1), 0) as last_change,
                array(select place_id from changed where (select are_few from counted)) as changed,
                array(select changed.place_id from changed cross join lateral (select (",
    ));
    filter.push(&mut query);
    // Each by its id: without the limit, all places would be looked at where not one has changed. A condition on what a
    // place does not have is null.
    query.push(
        ") as fits from place_search_v1 s where s.place_id = changed.place_id limit 1) s
                      where s.fits is not true and (select are_few from counted)) as excluded
         from i cross join counted",
    );
    let Some(row) = query.build().fetch_optional(&views.pool).await? else { return Ok(None) };
    if !row.try_get::<bool, _>("are_few")? {
        return Ok(None);
    }
    Ok(Some(Standing {
        index: row.try_get("uid")?,
        position: columns::unsigned(&row, "position")?,
        changed: row.try_get::<Vec<Uuid>, _>("changed")?.into_iter().collect(),
        excluded: row.try_get("excluded")?,
        last_change: columns::unsigned(&row, "last_change")?,
    }))
}
