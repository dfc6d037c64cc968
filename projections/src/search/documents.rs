//! What an index outside the database is fed with: places as strangers find them, in the order in which the log changed
//! them last.
//!
//! The index follows the log through these rows, since each carries the position that last changed it: whatever order
//! and whatever often they are written in, the index ends up the same.

use domain::amenity::{Language, standard};
use jiff::civil::Date;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgPool, Row};
use uuid::Uuid;

use crate::engine::Projection;
use crate::place::PlaceRow;
use crate::{availability, columns, place};

/// A listed place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceDocument {
    /// Its row as strangers may see it.
    pub place: PlaceRow,
    /// The city without accents and case: what it is filtered and counted by.
    pub city_key: Option<String>,
    /// The price of one night in thousandths, by which prices of all currencies are ordered.
    pub price_milli: i64,
    /// The bar of the histogram of prices.
    pub price_band: i16,
    /// The average of its published reviews in hundredths of a star; 0 without any.
    pub rating: u32,
    /// The nights that are not free, from the first one that was asked for.
    pub nights: Vec<Date>,
}

impl PlaceDocument {
    /// What it has in words, in every language of the house; what an admin has added by its code.
    pub fn amenity_names(&self) -> Vec<String> {
        let names = self.place.amenities.iter().flat_map(|code| match standard(code) {
            Some(standard) => Language::ALL.iter().map(|language| standard.name(*language).to_owned()).collect(),
            None => vec![code.as_str().replace('_', " ")],
        });
        names.collect()
    }
}

/// The views that an index is made of.
pub(super) const SOURCES: [&dyn Projection; 2] = [&place::Places, &availability::Availability];

/// Where changes are read on from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bookmark {
    /// The position of the last place that was read; all of it where there is none.
    position: u64,
    place_id: Uuid,
}

impl Bookmark {
    /// Behind everything that has changed up to a position.
    pub(super) fn behind(position: u64) -> Self {
        Self { position, place_id: Uuid::max() }
    }
}

/// What the log has changed after a position, as far as it was read.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Changes {
    /// Once these are written, an index that contained the log up to the position contains it up to here.
    pub(super) position: u64,
    /// Where there is more to read.
    pub(super) rest: Option<Bookmark>,
    /// Listed places.
    pub(super) documents: Vec<PlaceDocument>,
    /// Places that nobody may find any more, if anybody could.
    pub(super) gone: Vec<Uuid>,
}

/// One statement, so that the checkpoints are those of the rows. Of the position that it breaks off at there may be more:
/// a position is contained whole or not at all. What comes after the checkpoints is left for later, lest it be read twice.
const CHANGES: &str = "
    with mark as (
        select case count(*) when 2 then min(position) else 0 end as position
        from projection_checkpoints where (name, version) in (($4, $5), ($6, $7))
    ), changed as materialized (
        select place_id, position from (
            (select place_id, position from place_search_v1
             where (position, place_id) > ($1, $2) and position <= (select position from mark)
             order by position, place_id limit $3)
            union all
            (select place_id, position from place_calendars_v1
             where (position, place_id) > ($1, $2) and position <= (select position from mark)
             order by position, place_id limit $3)) both_views
        order by position, place_id limit $3
    ), reached as (
        select m.position as mark, last.last_place, last.last_position
        from mark m
        left join lateral (
            select c.place_id as last_place, c.position as last_position from changed c where (select count(*) from changed) = $3
            order by c.position desc, c.place_id desc limit 1) last on true
    )
    select r.mark, r.last_place, r.last_position, p.*, s.listed, s.rating,
           case when s.listed then array(select n.night from place_nights_v1 n
                                         where n.place_id = s.place_id and n.night >= $8 order by n.night) end as nights
    from reached r
    left join ((select distinct place_id from changed) c
               join place_search_v1 s on s.place_id = c.place_id join places_v1 p on p.place_id = c.place_id) on true";

/// The first places that have changed behind a bookmark, `limit` at the most. Their nights are told from `first_night` on.
pub(super) async fn changes(pool: &PgPool, behind: Bookmark, limit: u32, first_night: Date) -> sqlx::Result<Changes> {
    let query = sqlx::query(CHANGES).bind(columns::signed(behind.position)).bind(behind.place_id);
    let mut query = query.bind(i64::from(limit));
    for view in SOURCES {
        query = query.bind(view.name()).bind(columns::integer(view.version()));
    }
    let rows = query.bind(columns::day(first_night)).fetch_all(pool).await?;
    let mut changes = Changes::default();
    for row in &rows {
        if let Some(place_id) = row.try_get("last_place")? {
            changes.rest = Some(Bookmark { position: columns::unsigned(row, "last_position")?, place_id });
        }
        changes.position = match changes.rest {
            Some(rest) => rest.position - 1,
            None => columns::unsigned(row, "mark")?,
        };
        match row.try_get::<Option<Uuid>, _>("place_id")? {
            Some(place_id) if !row.try_get::<bool, _>("listed")? => changes.gone.push(place_id),
            Some(_) => changes.documents.push(PlaceDocument::from_row(row)?),
            // Nothing has changed.
            None => {}
        }
    }
    Ok(changes)
}

impl FromRow<'_, PgRow> for PlaceDocument {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let nights: Vec<jiff_sqlx::Date> = row.try_get("nights")?;
        Ok(Self {
            place: PlaceRow::from_row(row)?.for_strangers(),
            city_key: row.try_get("city_key")?,
            price_milli: row.try_get("price_milli")?,
            price_band: row.try_get("price_band")?,
            rating: columns::small(row, "rating")?,
            nights: nights.into_iter().map(jiff_sqlx::Date::to_jiff).collect(),
        })
    }
}
