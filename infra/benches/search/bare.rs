//! The bare SQL: the same answer by hand, a statement for the page and one for what is counted. It is told which words mean
//! the same, and takes none for mistyped.

use projections::search::SYNONYMS;
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;

use crate::house::House;
use crate::questions::{Kind, PAGE, Question, RADIUS_KM};

/// What must hold of `place_search_v1 s`, by kind; `$1` and on are [`bind`]'s.
fn condition(kind: Kind) -> String {
    match kind {
        Kind::Words | Kind::CommonWord => "s.listed and s.words @@ $1::tsquery".to_owned(),
        Kind::RadiusAndDates => format!(
            "s.listed and s.spot <@ cube_enlarge(hbnb_spot($1, $2), {RADIUS_KM} * 1.001, 3) and {DISTANCE} <= {RADIUS_KM}
             and {}",
            is_free("$3")
        ),
        Kind::DatesAlone => format!("s.listed and {}", is_free("$1")),
        Kind::AmenitiesAndPrice => {
            "s.listed and s.amenities @> $1 and s.currency = 'EUR' and s.price_minor between $2 and $3".to_owned()
        }
        Kind::Widest => "s.listed".to_owned(),
    }
}

fn is_free(arrival: &str) -> String {
    format!(
        "s.min_nights <= 3 and s.max_nights >= 3
         and not exists (select from place_nights_v1 n
                         where n.place_id = s.place_id and n.night >= {arrival} and n.night < {arrival} + 3)"
    )
}

const DISTANCE: &str = "2 * 6371.0088 * asin(least(1, sqrt(
    sin(radians(s.latitude - $1) / 2) ^ 2
    + cos(radians($1)) * cos(radians(s.latitude)) * sin(radians(s.longitude - $2) / 2) ^ 2)))";

fn order(kind: Kind) -> String {
    match kind {
        Kind::Words | Kind::CommonWord => {
            "ts_rank(s.title_words, $1::tsquery) desc, s.created_at desc, s.place_id".to_owned()
        }
        Kind::RadiusAndDates => format!("{DISTANCE}, s.place_id"),
        Kind::AmenitiesAndPrice => "s.price_milli, s.place_id".to_owned(),
        Kind::DatesAlone | Kind::Widest => "s.created_at desc, s.place_id".to_owned(),
    }
}

/// What is shown of a place that was found by words.
fn marked(kind: Kind) -> &'static str {
    match kind {
        Kind::Words | Kind::CommonWord => {
            ", ts_headline('hbnb_simple', p.title, $1::tsquery, 'HighlightAll=true'),
               ts_headline('hbnb_simple', p.description, $1::tsquery, 'MaxWords=30')"
        }
        Kind::RadiusAndDates | Kind::AmenitiesAndPrice | Kind::DatesAlone | Kind::Widest => "",
    }
}

fn page(kind: Kind) -> String {
    format!(
        "select p.*{} from (select s.place_id from place_search_v1 s where {} order by {} limit {PAGE}) f
         join places_v1 p using (place_id)",
        marked(kind),
        condition(kind),
        order(kind)
    )
}

fn counts(kind: Kind) -> String {
    format!(
        "with m as materialized (
             select s.amenities, s.currency, s.price_band, s.city_key, s.rating from place_search_v1 s
             where {} limit 10001)
         select 'total', null, null::integer, count(*) from m
         union all select 'amenity', code, null, count(*) from m cross join unnest(m.amenities) as code group by 2
         union all select 'price', currency, price_band, count(*) from m group by 2, 3
         union all select 'rating', null, rating, count(*) from m group by 3
         union all (select 'city', city_key, null, count(*) from m where city_key is not null
                    group by 2 order by 4 desc, 2 limit 20)",
        condition(kind)
    )
}

/// A word, or one that means the same.
fn alternatives(word: &str) -> String {
    let others = SYNONYMS.get(word).into_iter().flatten().copied().filter(|other| !other.contains(' '));
    std::iter::once(word).chain(others).map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" | ")
}

fn bind<'q>(sql: &'q str, question: &Question) -> Query<'q, Postgres, PgArguments> {
    let (query, filter) = (sqlx::query(sql), &question.query.filter);
    match question.kind {
        Kind::Words | Kind::CommonWord => {
            let words = question.query.text.as_ref().unwrap().words();
            query.bind(words.iter().map(|word| format!("({})", alternatives(word))).collect::<Vec<_>>().join(" & "))
        }
        Kind::RadiusAndDates => {
            let (centre, stay) = (filter.centre().unwrap(), filter.stay.unwrap());
            let arrival = jiff_sqlx::ToSqlx::to_sqlx(stay.check_in());
            query.bind(centre.latitude()).bind(centre.longitude()).bind(arrival)
        }
        Kind::AmenitiesAndPrice => {
            let price = filter.price.unwrap();
            let codes: Vec<String> = filter.amenities.iter().map(|code| code.as_str().to_owned()).collect();
            query.bind(codes).bind(price.min_minor.unwrap()).bind(price.max_minor.unwrap())
        }
        Kind::DatesAlone => query.bind(jiff_sqlx::ToSqlx::to_sqlx(filter.stay.unwrap().check_in())),
        Kind::Widest => query,
    }
}

/// Asks for the page, then for the counts.
pub(crate) async fn ask(house: &House, question: &Question) -> sqlx::Result<()> {
    let mut connection = house.app.pool().acquire().await?;
    for sql in [page(question.kind), counts(question.kind)] {
        bind(&sql, question).fetch_all(&mut *connection).await?;
    }
    Ok(())
}
