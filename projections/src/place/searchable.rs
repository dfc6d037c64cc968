//! Places as they are searched for: `place_search_v1`, made anew from `places_v1` whenever an event touches a place,
//! and the words that can be found, `place_words_v1`. Who asks: [`crate::search`].

use domain::amenity::{Language, STANDARD};
use domain::review::{ReviewEvent, Stars, Subject};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::columns;

/// Whose rows are made anew.
#[derive(Debug, Clone, Copy)]
pub(super) enum Touched {
    /// One place.
    Place(Uuid),
    /// Every place of a host.
    PlacesOf(Uuid),
}

/// What is searched in is the title, the city, the amenities by their names in each language, and the description.
/// Nothing but its stars and reviews is kept of a place that nobody may find.
const REFRESH: &str = "
    with before as (
        select words from place_search_v1 where place_id = any($1) and listed
    ), refreshed as (
        insert into place_search_v1 as s (
            place_id, position, listed, created_at, price_minor, currency, price_milli, price_band, latitude, longitude,
            spot, city, city_key, capacity, min_nights, max_nights, instant_book, amenities, title_words, words)
        select p.place_id, $2, l.listed, p.created_at, p.price_minor, p.currency, p.price_milli, p.price_band,
               p.shown_latitude, p.shown_longitude, hbnb_spot(p.shown_latitude, p.shown_longitude),
               p.city, p.city_key, p.capacity, p.min_nights, p.max_nights, p.instant_book, p.amenities,
               case when l.listed then hbnb_words(coalesce(p.title, '')) end,
               case when l.listed
                   then strip(hbnb_words(concat_ws(E'\\n', p.title, p.city, p.country, a.names, p.description))) end
        from places_v1 p
        cross join lateral (select p.status = 'listed' and not p.hidden as listed) l
        cross join lateral (
            select string_agg(coalesce(n.names, replace(code, '_', ' ')), ', ') as names
            from unnest(p.amenities) as code left join unnest($3::text[], $4::text[]) as n (code, names) using (code)) a
        where p.place_id = any($1)
        on conflict (place_id) do update set
            position = excluded.position, listed = excluded.listed, price_minor = excluded.price_minor,
            currency = excluded.currency, price_milli = excluded.price_milli, price_band = excluded.price_band,
            latitude = excluded.latitude, longitude = excluded.longitude, spot = excluded.spot, city = excluded.city,
            city_key = excluded.city_key, capacity = excluded.capacity, min_nights = excluded.min_nights,
            max_nights = excluded.max_nights, instant_book = excluded.instant_book, amenities = excluded.amenities,
            title_words = excluded.title_words, words = excluded.words
        returning s.words
    ), now as (
        select distinct unnest(tsvector_to_array(words)) as word from refreshed
    ), added as (
        insert into place_words_v1 (word) select word from now order by word on conflict do nothing
    )
    select array(select distinct unnest(tsvector_to_array(words)) from before except select word from now) as gone";

/// A word that no place has any more is forgotten, since it may have been personal. An index tells whether a place has a
/// word only after it has gathered all that have it, so the usual words are first looked for in some places; what those
/// do not have is rare. (A count by word would need no look, but a rebuild would change the counts of the usual words as
/// often as there are places, in one transaction, where each change reads past all the earlier ones.)
const FORGET: &str = "
    with usual as materialized (
        select unnest(tsvector_to_array(words)) as word from (
            (select words from place_search_v1 where listed order by created_at desc, place_id limit 100)
            union all
            (select words from place_search_v1 where listed order by price_milli, place_id limit 100)) both_ends
    )
    delete from place_words_v1 w
    where w.word = any(array(select unnest($1::text[]) except select word from usual)) and not exists (
        select from place_search_v1 s
        where s.listed
          and s.words @@ ('''' || replace(replace(w.word, '\\', '\\\\'), '''', '''''') || '''')::tsquery)";

/// Places whose texts are read by one statement: a host may have thousands, and a statement has its time.
const SLICE: usize = 200;

/// Brings the rows of `touched` up to `position`.
pub(super) async fn refresh(conn: &mut PgConnection, touched: Touched, position: u64) -> sqlx::Result<()> {
    let ids = match touched {
        Touched::Place(place_id) => vec![place_id],
        Touched::PlacesOf(owner_id) => {
            let of_owner = "select place_id from places_v1 where owner_id = $1";
            sqlx::query_scalar(of_owner).bind(owner_id).fetch_all(&mut *conn).await?
        }
    };
    for slice in ids.chunks(SLICE) {
        refresh_slice(conn, slice, position).await?;
    }
    Ok(())
}

async fn refresh_slice(conn: &mut PgConnection, ids: &[Uuid], position: u64) -> sqlx::Result<()> {
    let codes: Vec<&str> = STANDARD.iter().map(|standard| standard.code).collect();
    let names = STANDARD.iter().map(|s| format!("{}, {}", s.name(Language::English), s.name(Language::French)));
    let refresh =
        sqlx::query(REFRESH).bind(ids).bind(columns::signed(position)).bind(codes).bind(names.collect::<Vec<_>>());
    let gone: Vec<String> = refresh.fetch_one(&mut *conn).await?.try_get("gone")?;
    if !gone.is_empty() {
        sqlx::query(FORGET).bind(gone).execute(conn).await?;
    }
    Ok(())
}

/// Counts the stars of published reviews of places, and no longer those of hidden ones.
pub(super) async fn count(
    conn: &mut PgConnection,
    review_id: Uuid,
    event: &ReviewEvent,
    position: u64,
) -> sqlx::Result<()> {
    match event {
        ReviewEvent::Published { place_id, subject: Subject::Place, rating, .. } => {
            begin(conn, review_id, *place_id, *rating, position).await
        }
        ReviewEvent::Hidden { .. } => cease(conn, review_id, position).await,
        ReviewEvent::Published { subject: Subject::Guest, .. }
        | ReviewEvent::Submitted { .. }
        | ReviewEvent::Replied { .. } => Ok(()),
    }
}

async fn begin(
    conn: &mut PgConnection,
    review_id: Uuid,
    place_id: Uuid,
    rating: Stars,
    position: u64,
) -> sqlx::Result<()> {
    let sql = "
        with given as (insert into place_stars_v1 (review_id, place_id, stars) values ($1, $2, $3))
        update place_search_v1 set stars = stars + $3, reviews = reviews + 1, position = $4 where place_id = $2";
    let query = sqlx::query(sql).bind(review_id).bind(place_id).bind(i16::from(rating.get()));
    query.bind(columns::signed(position)).execute(conn).await?;
    Ok(())
}

async fn cease(conn: &mut PgConnection, review_id: Uuid, position: u64) -> sqlx::Result<()> {
    let sql = "
        with taken as (delete from place_stars_v1 where review_id = $1 returning place_id, stars)
        update place_search_v1 s set stars = s.stars - t.stars, reviews = s.reviews - 1, position = $2
        from taken t where s.place_id = t.place_id";
    sqlx::query(sql).bind(review_id).bind(columns::signed(position)).execute(conn).await?;
    Ok(())
}
