//! Listed places by what a guest asks for.

use domain::place::{AmenityCode, PlaceChanges, PlaceDetails, PlaceEvent};
use domain::user::UserEvent;
use domain::{Currency, Event, Money, Patch};
use projections::search::{Area, PlaceFilter, PlaceSort, PriceRange, Search, TypedText, fold, list};
use projections::{Key, ReadError, Slice, Views};
use sqlx::Executor as _;
use uuid::Uuid;

use crate::events::{
    ADA, BOB, LOFT, STAY, at, blocked, cancelled, created_at, details, euros, june, point, requested, text,
};
use crate::harness::{House, PATIENCE, in_a_house};

/// Lists one place for each change to the usual details; their ids and ages count from 1.
async fn listed<const N: usize>(house: &House, changes: [fn(&mut PlaceDetails); N]) {
    let mut places = vec![];
    for (number, change) in (1..).zip(changes) {
        let mut details = details();
        change(&mut details);
        places.push(created_at(Uuid::from_u128(number), ADA, details, number as i64));
    }
    house.given(places).await;
}

/// The numbers of the places found.
async fn found(house: &House, filter: PlaceFilter, sort: PlaceSort) -> Vec<u128> {
    let page = Slice::Page { page: 1, per_page: 100 };
    let listed = list(&house.views, &filter, sort, page).await.unwrap();
    assert_eq!(listed.total, Some(listed.items.len() as u64));
    listed.items.iter().map(|place| place.place_id.as_u128()).collect()
}

async fn newest(house: &House, filter: PlaceFilter) -> Vec<u128> {
    found(house, filter, PlaceSort::Newest).await
}

fn amenities(codes: &[&str]) -> Vec<AmenityCode> {
    codes.iter().map(|code| AmenityCode::parse(code).unwrap()).collect()
}

#[tokio::test]
async fn only_listed_places_are_found() {
    in_a_house(|house| async move {
        listed(&house, [|_| {}, |_| {}, |_| {}]).await;
        let event = |number, event| (Uuid::from_u128(number), Event::Place(event));
        house
            .given([event(1, PlaceEvent::Unpublished { at: at(9) }), event(2, PlaceEvent::Archived { at: at(9) })])
            .await;
        assert_eq!(newest(&house, PlaceFilter::default()).await, [3]);
    })
    .await;
}

#[tokio::test]
async fn by_price_in_one_currency() {
    in_a_house(|house| async move {
        listed(
            &house,
            [
                |d| d.price = euros("99.99"),
                |d| d.price = euros("100.00"),
                |d| d.price = euros("150.01"),
                |d| d.price = Money { minor: 12_000, currency: Currency::USD },
            ],
        )
        .await;
        let price = |min_minor, max_minor| PlaceFilter {
            price: Some(PriceRange { currency: Currency::EUR, min_minor, max_minor }),
            ..PlaceFilter::default()
        };
        assert_eq!(newest(&house, price(Some(10_000), Some(15_000))).await, [2]);
        assert_eq!(newest(&house, price(None, Some(10_000))).await, [2, 1]);
        assert_eq!(newest(&house, price(Some(10_000), None)).await, [3, 2]);
        assert_eq!(newest(&house, price(None, None)).await, [3, 2, 1]);
    })
    .await;
}

#[tokio::test]
async fn by_city_with_accents_and_case_ignored() {
    in_a_house(|house| async move {
        listed(
            &house,
            [
                |d| d.city = Some(text("São Paulo")),
                |d| d.city = Some(text("SAO PAULO")),
                |d| d.city = Some(text("Paulo")),
                |d| d.city = None,
            ],
        )
        .await;
        for typed in ["são paulo", "Sao Paulo", " SÃO  PAULO "] {
            let area = Some(Area::City(typed.to_owned()));
            assert_eq!(newest(&house, PlaceFilter { area, ..PlaceFilter::default() }).await, [2, 1], "{typed}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_folded_word_is_the_one_that_the_database_has() {
    in_a_house(|house| async move {
        let european = ('ß'..='ſ').chain('α'..='ώ').chain('а'..='џ');
        let others = ('א'..='ת').chain('ء'..='ي').chain('अ'..='ह');
        let asian = ('ぁ'..='ヺ').chain('一'..='\u{9fff}').chain('가'..='힣');
        let disguised = ('ⅰ'..='ⅿ').chain('ﬀ'..='ﬆ').chain('０'..='９').chain('ａ'..='ｚ');
        // Case is the business of the database's locale; the `ŉ` of old is two words.
        let is_one = |c: &char| c.is_alphanumeric() && !c.is_uppercase() && *c != 'ŉ';
        let letters = european.chain(others).chain(asian).chain(disguised).filter(is_one);
        let written: Vec<String> = letters.map(|letter| format!("a{letter}b")).collect();
        let folded: Vec<String> = written.iter().map(|word| fold(word)).collect();
        let sql = "select w.word from unnest($1::text[], $2::text[]) as w (word, folded)
                   where tsvector_to_array(to_tsvector('hbnb_simple', w.word)) <> array[w.folded]";
        let differ: Vec<String> =
            sqlx::query_scalar(sql).bind(&written).bind(&folded).fetch_all(&house.pool).await.unwrap();
        assert_eq!((differ, written.len() > 30_000), (vec![], true));
    })
    .await;
}

#[tokio::test]
async fn by_city_as_people_type_it() {
    in_a_house(|house| async move {
        listed(
            &house,
            [
                |d| d.city = Some(text("Saint-Étienne")),
                |d| d.city = Some(text("Saint Etienne")),
                |d| d.city = Some(text("L’Haÿ-les-Roses")),
                |d| d.city = Some(text("Łódź")),
            ],
        )
        .await;
        let search = Search::new(house.views.clone());
        for (typed, expected, begun, name) in [
            ("saint etienne", vec![2, 1], "saint e", "Saint Etienne"),
            ("SAINT-ETIENNE", vec![2, 1], "saint-é", "Saint Etienne"),
            ("l'hay les roses", vec![3], "l'hay-l", "L’Haÿ-les-Roses"),
            ("LODZ", vec![4], "lod", "Łódź"),
        ] {
            let area = Some(Area::City(typed.to_owned()));
            assert_eq!(newest(&house, PlaceFilter { area, ..PlaceFilter::default() }).await, expected, "{typed}");
            let begun = TypedText::parse(begun).unwrap();
            assert_eq!(search.suggest(&begun, 5, None).await.unwrap().cities, [name], "{typed}");
        }
    })
    .await;
}

#[tokio::test]
async fn items_and_their_count_are_of_one_moment() {
    in_a_house(|house| async move {
        listed(&house, [|_| {}, |_| {}]).await;
        // Whoever reads places through this waits at each for a lock.
        house
            .pool
            .execute(
                "create schema held;
                 create function held.wait() returns boolean language plpgsql volatile as
                     'begin perform pg_advisory_xact_lock_shared(7); return true; end';
                 create view held.places_v1 as select * from public.places_v1 where held.wait();",
            )
            .await
            .unwrap();
        let pool = house.another_pool(1).await;
        pool.execute("set search_path = held, public").await.unwrap();
        let held = Views::new(pool, house.log.clone());
        let mut holder = house.pool.acquire().await.unwrap();
        holder.execute("select pg_advisory_lock(7)").await.unwrap();

        let reading = tokio::spawn(async move {
            let page = Slice::Page { page: 1, per_page: 100 };
            list(&held, &PlaceFilter::default(), PlaceSort::Newest, page).await.unwrap()
        });
        let waits = "select count(*) from pg_locks where locktype = 'advisory' and not granted
                     and database = (select oid from pg_database where datname = current_database())";
        let waiting = async {
            while sqlx::query_scalar::<_, i64>(waits).fetch_one(&house.pool).await.unwrap() == 0 {
                assert!(!reading.is_finished(), "it reads places without waiting");
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("it waits");
        house.given([created_at(Uuid::from_u128(3), ADA, details(), 3)]).await;
        holder.execute("select pg_advisory_unlock(7)").await.unwrap();
        let read = reading.await.unwrap();
        assert_eq!((read.items.len(), read.total), (2, Some(2)));
    })
    .await;
}

#[tokio::test]
async fn words_are_forgotten_with_the_last_place_that_has_them() {
    in_a_house(|house| async move {
        let titled = |number: u128, owner, title: String| {
            let details = PlaceDetails { title: Some(text(&title)), ..details() };
            created_at(Uuid::from_u128(number), owner, details, number as i64)
        };
        // More than are refreshed, and than are looked at for usual words, at once.
        let places = (1..=450).map(|number| titled(number, ADA, format!("Mansarde allein{number}")));
        house.given(places.chain([titled(451, BOB, "Mansarde zuzweit".to_owned())])).await;
        let word = |word: &'static str| {
            let sql = "select count(*) from place_words_v1 where word like $1";
            let pool = house.pool.clone();
            async move { sqlx::query_scalar::<_, i64>(sql).bind(word).fetch_one(&pool).await.unwrap() }
        };
        assert_eq!((word("allein%").await, word("mansard%").await > 0), (450, true));
        let changed = PlaceChanges { title: Patch::Set(text("Attic")), ..PlaceChanges::default() };
        house.given([(Uuid::from_u128(7), Event::Place(PlaceEvent::Changed { changes: changed, at: at(9) }))]).await;
        assert_eq!((word("allein7").await, word("attic").await, word("mansard%").await > 0), (0, 1, true));

        let suspended = UserEvent::Suspended { by: Uuid::nil(), reason: None, at: at(9) };
        house.given([(ADA, Event::User(suspended))]).await;
        assert_eq!((word("allein%").await, word("attic").await), (0, 0));
        assert!(word("mansard%").await > 0 && word("zuzweit").await > 0, "another host's place has it");
        house.given([(Uuid::from_u128(451), Event::Place(PlaceEvent::Archived { at: at(9) }))]).await;
        assert_eq!(word("%").await, 0);
    })
    .await;
}

fn around(latitude: f64, longitude: f64, radius_km: f64) -> PlaceFilter {
    let area = Some(Area::Around { centre: point(latitude, longitude), radius_km });
    PlaceFilter { area, ..PlaceFilter::default() }
}

#[tokio::test]
async fn around_a_point_nearest_first() {
    in_a_house(|house| async move {
        listed(
            &house,
            [
                // Paris, Versailles (17 km off), London (344 km off), and nowhere.
                |d| d.coordinates = Some(point(48.86, 2.35)),
                |d| d.coordinates = Some(point(48.80, 2.13)),
                |d| d.coordinates = Some(point(51.51, -0.13)),
                |d| d.coordinates = None,
            ],
        )
        .await;
        assert_eq!(found(&house, around(48.86, 2.35, 10.0), PlaceSort::Nearest).await, [1]);
        assert_eq!(found(&house, around(48.86, 2.35, 20.0), PlaceSort::Nearest).await, [1, 2]);
        assert_eq!(found(&house, around(51.51, -0.13, 400.0), PlaceSort::Nearest).await, [3, 2, 1]);
        assert_eq!(found(&house, around(48.86, 2.35, 340.0), PlaceSort::Newest).await, [2, 1]);
    })
    .await;
}

#[tokio::test]
async fn search_uses_what_strangers_see() {
    in_a_house(|house| async move {
        // Truly 500 m apart from the point, but shown at (48.86, 2.35), 700 m away.
        listed(&house, [|d| d.coordinates = Some(point(48.856_6, 2.354_9))]).await;
        assert_eq!(newest(&house, around(48.856_6, 2.354_9, 0.1)).await, [0; 0]);
        assert_eq!(newest(&house, around(48.86, 2.35, 0.1)).await, [1]);
    })
    .await;
}

#[tokio::test]
async fn the_date_line_and_the_poles_are_no_borders() {
    in_a_house(|house| async move {
        listed(
            &house,
            [
                |d| d.coordinates = Some(point(-17.0, 179.95)),
                |d| d.coordinates = Some(point(-17.0, -179.95)),
                |d| d.coordinates = Some(point(89.95, 10.0)),
                |d| d.coordinates = Some(point(89.95, -170.0)),
            ],
        )
        .await;
        for longitude in [180.0, -180.0, 179.99, -179.99] {
            assert_eq!(found(&house, around(-17.0, longitude, 20.0), PlaceSort::Newest).await, [2, 1], "{longitude}");
        }
        assert_eq!(found(&house, around(90.0, 0.0, 10.0), PlaceSort::Newest).await, [4, 3]);
        assert_eq!(found(&house, around(89.95, 10.0, 12.0), PlaceSort::Nearest).await, [3, 4]);
    })
    .await;
}

#[tokio::test]
async fn all_amenities_and_room_for_all_guests() {
    in_a_house(|house| async move {
        listed(
            &house,
            [
                |d| d.amenities = amenities(&["wifi", "pool", "kitchen"]),
                |d| d.amenities = amenities(&["wifi"]),
                |d| d.capacity = 1,
            ],
        )
        .await;
        let with = |codes: &[&str]| PlaceFilter { amenities: amenities(codes), ..PlaceFilter::default() };
        assert_eq!(newest(&house, with(&["wifi"])).await, [2, 1]);
        assert_eq!(newest(&house, with(&["pool", "wifi"])).await, [1]);
        assert_eq!(newest(&house, with(&["sauna"])).await, [0; 0]);
        assert_eq!(newest(&house, PlaceFilter { guests: Some(2), ..PlaceFilter::default() }).await, [2, 1]);
    })
    .await;
}

#[tokio::test]
async fn free_nights_within_the_limits_of_the_place() {
    in_a_house(|house| async move {
        listed(&house, [|_| {}, |d| d.min_nights = 5, |d| d.max_nights = 2, |_| {}]).await;
        house.given([created_at(LOFT, ADA, details(), 9), requested(STAY, june(3, 5))]).await;
        house.given([blocked(Uuid::from_u128(4), Uuid::from_u128(77), june(6, 8))]).await;
        let loft = LOFT.as_u128();
        let stay = |from, to| PlaceFilter { stay: Some(june(from, to)), ..PlaceFilter::default() };
        // Three nights: 2 asks for more, 3 for fewer, 4 keeps the 6th, the loft is asked for on the 4th.
        assert_eq!(newest(&house, stay(4, 7)).await, [1]);
        // Half-open: departure on the day of an arrival is possible, and the other way round.
        assert_eq!(newest(&house, stay(5, 6)).await, [loft, 4, 3, 1]);
        assert_eq!(newest(&house, stay(1, 3)).await, [loft, 4, 3, 1]);
        house.given([cancelled(STAY, None)]).await;
        assert_eq!(newest(&house, stay(3, 5)).await, [loft, 4, 3, 1]);
    })
    .await;
}

#[tokio::test]
async fn every_order_is_walked_by_pages_and_by_cursor_alike() {
    in_a_house(|house| async move {
        listed(
            &house,
            [
                |d| d.price = euros("10.00"),
                |d| d.price = euros("30.00"),
                |d| d.price = euros("20.00"),
                |d| d.price = euros("20.00"),
                |d| (d.price, d.coordinates) = (euros("20.00"), Some(point(48.9, 2.4))),
            ],
        )
        .await;
        let orders = [
            (PlaceSort::Newest, [5, 4, 3, 2, 1]),
            (PlaceSort::Cheapest, [1, 3, 4, 5, 2]),
            (PlaceSort::Dearest, [2, 3, 4, 5, 1]),
            (PlaceSort::Nearest, [1, 2, 3, 4, 5]),
        ];
        let filter = around(48.86, 2.35, 50.0);
        for (sort, expected) in orders {
            assert_eq!(found(&house, filter.clone(), sort).await, expected, "{sort:?}");
            assert_eq!(walked(&house, &filter, sort).await, expected, "{sort:?} by cursor");
        }
    })
    .await;
}

async fn walked(house: &House, filter: &PlaceFilter, sort: PlaceSort) -> Vec<u128> {
    let (mut seen, mut key) = (vec![], None);
    loop {
        let listed = list(&house.views, filter, sort, Slice::After { key, per_page: 2 }).await.unwrap();
        seen.extend(listed.items.iter().map(|place| place.place_id.as_u128()));
        key = listed.next;
        if key.is_none() {
            return seen;
        }
    }
}

#[tokio::test]
async fn pages_past_the_end_are_empty_and_pages_too_deep_refused() {
    in_a_house(|house| async move {
        listed(&house, [|_| {}]).await;
        let filter = PlaceFilter::default();
        let page = |page, per_page| list(&house.views, &filter, PlaceSort::Newest, Slice::Page { page, per_page });
        let past = page(100, 100).await.unwrap();
        assert_eq!((past.items.len(), past.total, past.next), (0, Some(1), None));
        // The last page begins within the rows that pages reach, and may end beyond.
        assert_eq!(page(334, 30).await.unwrap().items.len(), 0);
        assert!(matches!(page(335, 30).await, Err(ReadError::UseCursor)));
        assert!(matches!(page(101, 100).await, Err(ReadError::UseCursor)));
        assert!(matches!(page(u32::MAX, u32::MAX).await, Err(ReadError::UseCursor)));
    })
    .await;
}

#[tokio::test]
async fn a_made_up_cursor_does_no_harm() {
    in_a_house(|house| async move {
        listed(&house, [|_| {}]).await;
        for rank in [i64::MIN, -1, 0, i64::MAX] {
            for sort in [PlaceSort::Newest, PlaceSort::Cheapest, PlaceSort::Dearest, PlaceSort::Nearest] {
                let slice = Slice::After { key: Some(Key { rank, id: Uuid::nil() }), per_page: 5 };
                list(&house.views, &around(0.0, 0.0, 500.0), sort, slice).await.unwrap();
            }
        }
    })
    .await;
}
