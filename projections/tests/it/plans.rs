//! No question reads a whole table, nor a whole index of one: PostgreSQL counts what it reads, and each question has its
//! bound. Each is asked so often that plans which do not know the values any more are among those that are tried.

use std::sync::Arc;

use domain::booking::BookingStatus;
use domain::place::{AmenityCode, PlaceEvent};
use domain::{Currency, Event, Nights};
use jiff::civil::date;
use projections::booking::{BookingFilter, BookingsOf};
use projections::place::PlaceRow;
use projections::review::{Rated, ReviewsOf};
use projections::search::{
    Area, Feeder, GeoBox, PlaceFilter, PlaceSort, PriceRange, Search, SearchIndex, SearchQuery, TypedText,
};
use projections::{Slice, amenity, availability, booking, discovery, place, review, search, user};
use sqlx::Executor;
use uuid::Uuid;

use crate::engine::{Engine, NAME};
use crate::events::{ADA, LOFT, at, created, details, point};
use crate::harness::{House, in_a_house_with};

/// PostgreSQL plans for the values five times; then it may keep one plan for all values.
const TIMES: usize = 8;
/// Rows and entries of indexes that an ordinary question may read: some pages full, of tables that have 6,000 at least.
const FEW: i64 = 250;

/// How much a question may read.
fn bound(what: &str) -> i64 {
    match what {
        // Some hundreds of candidates, by several indexes.
        "recommendations" | "recommendations to a newcomer" => 1_500,
        "places like one that is nowhere" => 500,
        // Half the places have both words: all are put in order, all are counted.
        "common words" => 16_000,
        // One place in eight has one of the two: all are put in order, all are counted.
        "common words that never meet" => 3_500,
        // As many that have changed as are too many to leave out.
        "what is rare, of an index that is far behind" => 2_300,
        // The newest that fit may be looked for among the newest of all, but not in vain.
        what if what.ends_with(", completed") => 1_500,
        _ => FEW,
    }
}

/// Some thousands of rows, spread as real ones are.
const ROWS: &str = "
    insert into users_v1 (user_id, email, first_name, last_name, version, created_at, updated_at)
    select md5('u' || n)::uuid, 'p' || n || '@example.org', 'First' || n, 'Last' || n, 1,
           '2030-01-01'::timestamptz + n * interval '1 minute', now()
    from generate_series(1, 6000) n;
    update users_v1 set preferences = '{\"preferred_location\": \"20,10\", \"preferred_radius\": 500}'
    where email = 'p8@example.org';
    update users_v1 set preferences = '{\"preferred_location\": \"City 77\", \"amenities\": [\"amenity_77\"]}'
    where email = 'p9@example.org';

    insert into places_v1 (place_id, owner_id, status, title, city, price_band, price_minor, currency, price_milli, latitude, longitude,
                           shown_latitude, shown_longitude, location_precision, city_key, time_zone, capacity,
                           min_nights, max_nights, check_in_time, check_out_time, instant_book, amenities, version,
                           created_at, updated_at)
    select md5('p' || n)::uuid, md5('u' || n % 3000)::uuid, 'listed',
           'Lofts ' || n % 3000 || ' by harbour ' || n % 700 || (array['', ' of granite'])[n % 2 + 1]
               || case n % 16 when 2 then ' and marble' when 10 then ' and oak' else '' end,
           'City ' || n % 300, 3, n * 7919 % 50000 + 1,
           (array['EUR', 'USD'])[n % 2 + 1], (n * 7919 % 50000 + 1) * 10, n % 170 - 85, n * 13 % 360 - 180,
           n % 170 - 85, n * 13 % 360 - 180, 'exact', 'city ' || n % 300, 'UTC', n % 8 + 1, 1, 365, '15:00', '11:00',
           false, array['amenity_' || n % 500], 1, '2030-01-01'::timestamptz + n * interval '1 minute', now()
    from generate_series(1, 8000) n;

    insert into place_search_v1 (place_id, position, listed, created_at, price_minor, currency, price_milli, price_band,
                                 latitude, longitude, spot, city, city_key, capacity, min_nights, max_nights,
                                 instant_book, amenities, stars, reviews, title_words, words)
    select place_id, 1, true, created_at, price_minor, currency, price_milli, price_band, latitude, longitude,
           hbnb_spot(latitude, longitude), city, city_key, capacity, min_nights, max_nights, instant_book, amenities,
           9, 2, hbnb_words(title), hbnb_words(title)
    from places_v1;
    insert into place_words_v1 select distinct unnest(tsvector_to_array(words)) from place_search_v1;

    insert into bookings_v1 (booking_id, place_id, guest_id, host_id, status, check_in, check_out, guests, price,
                             total_minor, currency, time_zone, check_in_at, check_out_at, expires_at, version,
                             created_at, updated_at)
    select md5('b' || n)::uuid, md5('p' || n % 2000)::uuid, md5('u' || n % 3000)::uuid, md5('u' || n % 2000)::uuid,
           (array['confirmed', 'completed'])[n % 2 + 1], '2030-01-01'::date + n % 700, '2030-01-03'::date + n % 700, 1,
           '{\"lines\":[],\"total\":{\"minor\":1,\"currency\":\"EUR\"}}', 1, 'EUR', 'UTC', now(), now(), now(), 1,
           '2030-01-01'::timestamptz + n * interval '1 minute', now()
    from generate_series(1, 8000) n;

    insert into booking_timeline_v1 (booking_id, position, type, at, by)
    select md5('b' || n)::uuid, n, 'requested', now(), 'guest' from generate_series(1, 8000) n;
    insert into booking_timeline_v1 (booking_id, position, type, at, by)
    select md5('b' || n)::uuid, n + 8000, 'completed', now(), 'system' from generate_series(1, 8000, 2) n;

    insert into reviews_v1 (review_id, booking_id, place_id, author_id, guest_id, host_id, subject, stage, rating,
                            categories, published_at, version, created_at, updated_at)
    select md5('r' || n)::uuid, md5('b' || n)::uuid, md5('p' || n % 2000)::uuid, md5('u' || n % 3000)::uuid,
           md5('u' || n % 3000)::uuid, md5('u' || n % 2000)::uuid, (array['place', 'guest'])[n % 2 + 1], 'published',
           n % 5 + 1, '{}', '2030-01-01'::timestamptz + n * interval '1 minute', 2, now(), now()
    from generate_series(1, 8000) n;

    insert into review_sums_v1 (subject, subject_id, category, stars, count)
    select 'place', md5('p' || n)::uuid, 'overall', 9, 2 from generate_series(1, 8000) n;

    insert into amenities_v1 (amenity_id, code, name_en, name_fr, added_by, version, created_at)
    select md5('a' || n)::uuid, 'amenity_' || n, 'Amenity ' || n, 'Équipement ' || n, md5('u1')::uuid, 1, now()
    from generate_series(1, 6000) n;

    insert into place_nights_v1 (place_id, night, kind, holder)
    select distinct on (1, 2) md5('p' || n % 2000)::uuid, '2030-01-01'::date + n % 700, 'booked', md5('b' || n)::uuid
    from generate_series(1, 20000) n;

    insert into place_views (user_id, place_id, hour)
    select md5('u' || n % 3000)::uuid, md5('p' || n)::uuid, 500000 + n from generate_series(1, 8000) n;

    insert into place_blocks_v1 (block_id, place_id, from_date, to_date, version, created_at)
    select md5('k' || n)::uuid, md5('p' || n)::uuid, '2030-01-01', '2030-01-02', 1, now()
    from generate_series(1, 6000) n;

    analyze;";

/// Of whom, and of what, is asked: there are others before and behind them.
#[derive(Clone, Copy, sqlx::FromRow)]
struct Known {
    /// A guest who is a host, too.
    person: Uuid,
    place: Uuid,
    booking: Uuid,
}

/// Rows and entries of indexes that have been read so far.
async fn reads(house: &House) -> i64 {
    let sql = "
        with views as (
            select relid, seq_tup_read from pg_stat_user_tables
            where relname like '%\\_v1' or relname = 'place_views')
        select ((select sum(seq_tup_read) from views)
                + (select sum(idx_tup_read) from pg_stat_user_indexes join views using (relid)))::bigint";
    house.pool.execute("select pg_stat_force_next_flush()").await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&house.pool).await.unwrap()
}

#[tokio::test]
async fn no_question_reads_a_whole_table() {
    // On one connection: what it has counted is what its next statement sees, and its plans are the ones it keeps.
    in_a_house_with(1, |house| async move {
        house.pool.execute(ROWS).await.unwrap();
        a_whole_table_and_a_whole_index_are_counted(&house).await;
        let index = filled_index(&house).await;
        let sql = "select md5('u7')::uuid as person, md5('p8')::uuid as place, md5('b7')::uuid as booking";
        let known: Known = sqlx::query_as(sql).fetch_one(&house.pool).await.unwrap();
        let mut too_many = vec![];
        for number in 0..questions(&house, &index, known).len() {
            let (mut read, mut asked) = (vec![], "");
            for _ in 0..TIMES {
                let (what, question) = questions(&house, &index, known).swap_remove(number);
                let before = reads(&house).await;
                question.await;
                read.push(reads(&house).await - before);
                asked = what;
            }
            if read.iter().any(|read| *read > bound(asked)) {
                too_many.push((asked, read));
            }
        }
        assert_eq!(too_many, []);
        let sql = "select count(*) from pg_prepared_statements where generic_plans > 0";
        let generic: i64 = sqlx::query_scalar(sql).fetch_one(&house.pool).await.unwrap();
        assert_ne!(generic, 0, "plans for all values are tried");
        // To make a plan for each question takes longer than what is asked of the database beside an index.
        for beside_an_index in ["with i as (%from search_indexes%", "%as cities) n left join%"] {
            let sql = "select generic_plans > 0 from pg_prepared_statements where statement like $1";
            let kept: Vec<bool> = sqlx::query_scalar(sql).bind(beside_an_index).fetch_all(&house.pool).await.unwrap();
            assert!(!kept.is_empty() && kept.iter().all(|kept| *kept), "{beside_an_index}: {kept:?}");
        }
    })
    .await;
}

async fn a_whole_table_and_a_whole_index_are_counted(house: &House) {
    let before = reads(house).await;
    house.pool.execute("select count(*) from users_v1 where version = 7").await.unwrap();
    let between = reads(house).await;
    assert!(between - before >= 6_000, "{before}, {between}");
    let walk = "begin; set local enable_seqscan = off; set local enable_sort = off;
                select count(price_minor) from (
                    select price_minor from place_search_v1 where listed order by created_at desc, place_id offset 0) s;
                commit";
    house.pool.execute(walk).await.unwrap();
    assert!(reads(house).await - between >= 8_000, "{between}");
}

type Question<'a> = (&'static str, std::pin::Pin<Box<dyn Future<Output = ()> + Send + 'a>>);

fn questions<'a>(house: &'a House, index: &'a Arc<Engine>, known: Known) -> Vec<Question<'a>> {
    let mut all = simple_questions(house, known);
    all.extend(place_questions(house));
    all.extend(index_questions(house, index));
    all.extend(booking_questions(house, known));
    all.extend(review_questions(house, known));
    all.extend(discovery_questions(house));
    all
}

fn simple_questions(house: &House, known: Known) -> Vec<Question<'_>> {
    let views = &house.views;
    let Known { person, place: place_id, booking: booking_id } = known;
    let (from, to) = (date(2030, 1, 1), date(2031, 1, 1));
    vec![
        (
            "user",
            Box::pin(async move {
                let _ = user::find(views, person).await.unwrap();
            }),
        ),
        (
            "public user",
            Box::pin(async move {
                let _ = user::find_public(views, person).await.unwrap();
            }),
        ),
        (
            "users by name",
            Box::pin(async move {
                let _ = user::search(views, Some("last77"), after()).await.unwrap();
            }),
        ),
        (
            "users",
            Box::pin(async move {
                let _ = user::search(views, None, after()).await.unwrap();
            }),
        ),
        (
            "place",
            Box::pin(async move {
                let _ = place::find(views, place_id).await.unwrap();
            }),
        ),
        (
            "own places",
            Box::pin(async move {
                let _ = place::of_owner(views, person, None, page()).await.unwrap();
            }),
        ),
        (
            "nights",
            Box::pin(async move {
                let _ = availability::nights(views, place_id, from, to).await.unwrap();
            }),
        ),
        (
            "calendar",
            Box::pin(async move {
                let _ = availability::calendar(views, person, from, to, 100).await.unwrap();
            }),
        ),
        (
            "blocks",
            Box::pin(async move {
                let _ = availability::blocks(views, place_id, from).await.unwrap();
            }),
        ),
        (
            "booking",
            Box::pin(async move {
                let _ = booking::find(views, booking_id).await.unwrap();
            }),
        ),
        (
            "standing",
            Box::pin(async move {
                let _ = booking::guest_standing(views, place_id, person).await.unwrap();
            }),
        ),
    ]
}

fn page() -> Slice {
    Slice::Page { page: 1, per_page: 20 }
}

fn after() -> Slice {
    Slice::After { key: None, per_page: 20 }
}

fn place_questions(house: &House) -> Vec<Question<'_>> {
    let any = PlaceFilter::default;
    let stay = Nights::new(date(2030, 3, 1), date(2030, 3, 5)).unwrap();
    let lists = [
        ("newest places", any(), PlaceSort::Newest),
        ("cheapest places", any(), PlaceSort::Cheapest),
        ("dearest places", any(), PlaceSort::Dearest),
        ("free places", PlaceFilter { stay: Some(stay), ..any() }, PlaceSort::Newest),
        ("best places", any(), PlaceSort::BestRated),
    ];
    let views = &house.views;
    let list = |(what, filter, sort, slice)| -> Question<'_> {
        (
            what,
            Box::pin(async move {
                let _ = search::list(views, &filter, sort, slice).await.unwrap();
            }),
        )
    };
    let find = |(what, filter, sort)| -> Question<'_> {
        let search = Search::new(house.views.clone());
        let query = SearchQuery { text: None, filter, sort, slice: page(), facets: true, min_position: None };
        (
            what,
            Box::pin(async move {
                let _ = search.places(&query).await.unwrap();
            }),
        )
    };
    let mut all: Vec<Question<'_>> = lists.map(|(what, filter, sort)| list((what, filter, sort, after()))).into();
    all.extend(selective().map(|(what, _, filter, sort)| list((what, filter, sort, page()))));
    all.extend(selective().map(|(_, what, filter, sort)| find((what, filter, sort))));
    all.extend(text_questions(house));
    all
}

/// What few places match, as a list and with facets.
fn selective() -> [(&'static str, &'static str, PlaceFilter, PlaceSort); 5] {
    let any = PlaceFilter::default;
    let price = PriceRange { currency: Currency::EUR, min_minor: Some(100), max_minor: Some(900) };
    let area = Area::Around { centre: point(20.0, 10.0), radius_km: 500.0 };
    let city = Area::City("City 77".to_owned());
    let bounds = Area::Box(GeoBox { south_west: point(15.0, 5.0), north_east: point(25.0, 15.0) });
    let amenities = vec![AmenityCode::parse("amenity_77").unwrap()];
    let in_area = |area| PlaceFilter { area: Some(area), ..any() };
    [
        ("by price", "by price, with facets", PlaceFilter { price: Some(price), ..any() }, PlaceSort::Newest),
        ("in a city", "in a city, with facets", in_area(city), PlaceSort::Newest),
        ("around", "around, with facets", in_area(area), PlaceSort::Nearest),
        ("in a box", "in a box, with facets", in_area(bounds), PlaceSort::Newest),
        ("with amenities", "with amenities, with facets", PlaceFilter { amenities, ..any() }, PlaceSort::Newest),
    ]
}

/// An index that has all the places, of which some have changed since, and one has gone.
async fn filled_index(house: &House) -> Arc<Engine> {
    house.given([created(LOFT, ADA, details())]).await;
    let engine = Engine::new(1);
    house.views.clone().with_feeder(Feeder::new(&house.views, engine.clone())).rebuild(NAME).await.unwrap();
    house.given((1..=3).map(|number| created(Uuid::from_u128(number), ADA, details()))).await;
    house.given([(LOFT, Event::Place(PlaceEvent::Unpublished { at: at(9) }))]).await;
    engine
}

/// What is asked of the database beside the index: what has changed, as what it is shown, and how cities are called.
fn index_questions<'a>(house: &'a House, index: &'a Arc<Engine>) -> Vec<Question<'a>> {
    let any = PlaceFilter::default;
    let stay = Nights::new(date(2030, 3, 1), date(2030, 3, 5)).unwrap();
    let price = PriceRange { currency: Currency::EUR, min_minor: Some(100), max_minor: Some(900) };
    let area = Area::Around { centre: point(20.0, 10.0), radius_km: 500.0 };
    let amenities = vec![AmenityCode::parse("amenity_77").unwrap()];
    let rare = PlaceFilter { amenities, ..any() };
    let questions = [
        ("the newest of an index", None, any(), page()),
        ("the newest of an index, by cursor", None, any(), after()),
        ("words, of an index", Some("loft 77"), any(), page()),
        ("what is free, of an index", None, PlaceFilter { stay: Some(stay), ..any() }, page()),
        ("by price, of an index", None, PlaceFilter { price: Some(price), ..any() }, page()),
        ("around a point, of an index", None, PlaceFilter { area: Some(area), ..any() }, page()),
        ("what is rare, of an index", None, rare.clone(), page()),
    ];
    let query = |typed: Option<&str>, filter, slice| {
        let text = typed.map(|typed| TypedText::parse(typed).unwrap());
        SearchQuery { text, filter, sort: PlaceSort::Newest, slice, facets: true, min_position: None }
    };
    // One that remembers nothing, so that everything is asked for.
    let search = || Search::new(house.views.clone()).with_index(Arc::clone(index) as Arc<dyn SearchIndex>);
    let ask = |(what, typed, filter, slice)| -> Question<'a> {
        let (query, index) = (query(typed, filter, slice), search());
        (
            what,
            Box::pin(async move {
                assert_eq!(index.places(&query).await.unwrap().engine.0, NAME);
            }),
        )
    };
    let mut all: Vec<Question<'a>> = questions.into_iter().map(ask).collect();
    let (query, index) = (query(None, rare, page()), search());
    let stands_at = async |position: i64| {
        let sql = "update search_indexes u set position = $1
                   from (select position from search_indexes) o returning o.position";
        sqlx::query_scalar::<_, i64>(sql).bind(position).fetch_one(&house.pool).await.unwrap()
    };
    let (far_behind, up_to_date) = (query.clone(), query);
    all.push((
        "what is rare, of an index that is far behind",
        Box::pin(async move {
            let position = stands_at(0).await;
            assert_eq!(index.places(&far_behind).await.unwrap().engine.0, "postgres");
            stands_at(position).await;
        }),
    ));
    let index = search();
    all.push((
        "what is rare, twice of an index that is not behind",
        Box::pin(async move {
            let position = stands_at(1_000_000).await;
            for _ in 0..2 {
                assert_eq!(index.places(&up_to_date).await.unwrap().engine.0, NAME);
            }
            stands_at(position).await;
        }),
    ));
    all
}

fn text_questions(house: &House) -> Vec<Question<'_>> {
    let ask = |(what, typed): (&'static str, &'static str)| -> Question<'_> {
        let search = Search::new(house.views.clone());
        (
            what,
            Box::pin(async move {
                let typed = TypedText::parse(typed).unwrap();
                let query = SearchQuery {
                    text: Some(typed),
                    filter: PlaceFilter::default(),
                    sort: PlaceSort::Relevance,
                    slice: page(),
                    facets: true,
                    min_position: None,
                };
                assert_ne!(search.places(&query).await.unwrap().places, []);
            }),
        )
    };
    let complete = |(what, typed): (&'static str, &'static str)| -> Question<'_> {
        let search = Search::new(house.views.clone());
        (
            what,
            Box::pin(async move {
                let _ = search.suggest(&TypedText::parse(typed).unwrap(), 5, None).await.unwrap();
            }),
        )
    };
    let mut all: Vec<Question<'_>> = vec![];
    all.extend(
        [
            ("words", "loft 77"),
            ("mistyped words", "habrour 77"),
            ("a beginning", "harb 77"),
            ("common words", "granite harbour"),
            ("common words that never meet", "marble oak"),
        ]
        .map(ask),
    );
    all.extend(
        [
            ("words, completed", "loft 77"),
            ("mistyped words, completed", "habrour 77"),
            ("a beginning, completed", "harb 77"),
            ("common words, completed", "granite harbour"),
            ("common words that never meet, completed", "marble oak"),
        ]
        .map(complete),
    );
    all
}

fn booking_questions(house: &House, known: Known) -> Vec<Question<'_>> {
    let Known { person, place, .. } = known;
    let all_of = |of| BookingFilter { of, status: None, place_id: None, from: None, to: None };
    let filters = [
        ("a guest's bookings", all_of(BookingsOf::Guest(person)), page()),
        ("a host's bookings", all_of(BookingsOf::Host(person)), page()),
        ("somebody's bookings", all_of(BookingsOf::Either(person)), page()),
        ("a place's bookings", BookingFilter { place_id: Some(place), ..all_of(BookingsOf::Anyone) }, page()),
        ("newest bookings", all_of(BookingsOf::Anyone), after()),
        (
            "confirmed bookings",
            BookingFilter { status: Some(BookingStatus::Confirmed), ..all_of(BookingsOf::Host(person)) },
            page(),
        ),
    ];
    let views = &house.views;
    let ask = |(what, filter, slice)| -> Question<'_> {
        (
            what,
            Box::pin(async move {
                let _ = booking::list(views, &filter, slice).await.unwrap();
            }),
        )
    };
    filters.into_iter().map(ask).collect()
}

fn review_questions(house: &House, known: Known) -> Vec<Question<'_>> {
    let (views, Known { person, place, .. }) = (&house.views, known);
    let lists = [
        ("reviews of a place", ReviewsOf::Place(place)),
        ("reviews of a guest", ReviewsOf::Guest(person)),
        ("an author's reviews", ReviewsOf::Author(person)),
    ];
    let ask = |(what, of)| -> Question<'_> {
        (
            what,
            Box::pin(async move {
                let _ = review::list(views, of, page()).await.unwrap();
            }),
        )
    };
    let mut all: Vec<Question<'_>> = lists.into_iter().map(ask).collect();
    all.push((
        "stays to review",
        Box::pin(async move {
            let _ = review::due(views, person, jiff::Timestamp::now(), page()).await.unwrap();
        }),
    ));
    all.push((
        "ratings",
        Box::pin(async move {
            let _ = review::ratings(views, Rated::Place, &[place, Uuid::from_u128(2)]).await.unwrap();
        }),
    ));
    all.push((
        "an added amenity",
        Box::pin(async move {
            let code = AmenityCode::parse("amenity_77").unwrap();
            let _ = amenity::named(views, [&code], domain::amenity::Language::French).await.unwrap();
            let _ = amenity::find(views, &code).await.unwrap();
        }),
    ));
    all.push((
        "whom a guest has asked",
        Box::pin(async move {
            let _ = booking::has_asked(views, person, person).await.unwrap();
        }),
    ));
    all
}

/// Of somebody with a past, with and without wishes, and of a place in the middle of others.
fn discovery_questions(house: &House) -> Vec<Question<'_>> {
    let (views, pool) = (&house.views, &house.pool);
    let id = move |name: &'static str| async move {
        let sql = "select md5($1)::uuid";
        sqlx::query_scalar::<_, Uuid>(sql).bind(name).fetch_one(pool).await.unwrap()
    };
    let recommend = move |name| async move {
        let found = discovery::recommended(views, id(name).await, jiff::Timestamp::now()).await.unwrap();
        assert_ne!(found, []);
    };
    let similar = move |change: fn(&mut PlaceRow)| async move {
        let mut place = place::find(views, id("p77").await).await.unwrap().unwrap();
        change(&mut place);
        let _ = discovery::similar(views, &place).await.unwrap();
    };
    vec![
        ("recommendations", Box::pin(recommend("u7"))),
        ("recommendations around a point", Box::pin(recommend("u8"))),
        ("recommendations in a city", Box::pin(recommend("u9"))),
        ("recommendations to a newcomer", Box::pin(recommend("u5999"))),
        ("places like another", Box::pin(similar(|_| {}))),
        ("places like one that is nowhere", Box::pin(similar(|place| place.shown_coordinates = None))),
    ]
}
