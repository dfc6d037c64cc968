//! Searches that an index outside the database answers, which may be behind: see [`crate::feeding`] for how it is fed.

use std::sync::atomic::Ordering;

use domain::place::{PlaceChanges, PlaceDetails, PlaceEvent};
use domain::{Currency, Event, Patch};
use projections::search::{
    Area, FoundPlace, Highlights, PlaceFilter, PlaceSort, PriceRange, Search, SearchQuery, TypedText,
};
use projections::{Key, ReadError, Slice};
use uuid::Uuid;

use crate::engine::{Engine, NAME};
use crate::events::{
    ADA, LOFT, STAY, at, cancelled, changed, created, created_at, details, euros, june, requested, text,
};
use crate::feeding::{Feeding, anything, live, place_event};
use crate::harness::{House, in_a_house};

/// Who finds what, under which titles, and how often the engine was asked for it.
async fn found(feeding: &Feeding, filter: &PlaceFilter) -> (&'static str, Vec<(Uuid, String)>, u32) {
    let before = feeding.engine.questions.load(Ordering::Relaxed);
    let query = SearchQuery { filter: filter.clone(), ..anything(None) };
    let answer = feeding.search.places(&query).await.unwrap();
    let places = answer.places.into_iter().map(|found| (found.place.place_id, found.place.title.unwrap()));
    (answer.engine.0, places.collect(), feeding.engine.questions.load(Ordering::Relaxed) - before)
}

fn titled(title: &str) -> PlaceDetails {
    PlaceDetails { title: Some(text(title)), ..details() }
}

fn retitled(title: &str) -> PlaceChanges {
    PlaceChanges { title: Patch::Set(text(title)), ..PlaceChanges::default() }
}

/// Changes a row of the views as no event does, so that it shows who reads it.
async fn tamper(house: &House, sql: &str) {
    sqlx::query(sql).execute(&house.pool).await.unwrap();
}

#[tokio::test]
async fn while_nothing_changes_the_index_tells_what_is_shown() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, titled("Loft"))]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        tamper(&house, "update places_v1 set title = 'As the views have it'").await;
        for _ in 0..2 {
            assert_eq!(found(&feeding, &PlaceFilter::default()).await, (NAME, vec![(LOFT, "Loft".to_owned())], 1));
        }
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_has_changed_since_an_index_was_last_asked_is_shown_as_it_is_now() {
    in_a_house(|house| async move {
        let (hut, boat, tent) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        house.given([LOFT, hut, boat, tent].map(|id| created(id, ADA, titled("Once")))).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        feeding.hold(&house).await;
        let filter = PlaceFilter {
            price: Some(PriceRange { currency: Currency::EUR, min_minor: None, max_minor: Some(12_000) }),
            stay: Some(june(3, 6)),
            ..PlaceFilter::default()
        };
        let once = |ids: &[Uuid]| ids.iter().map(|id| (*id, "Once".to_owned())).collect::<Vec<_>>();
        assert_eq!(found(&feeding, &filter).await, (NAME, once(&[hut, boat, tent, LOFT]), 1));

        let dearer = PlaceChanges { price: Some(euros("120.01")), ..PlaceChanges::default() };
        house.given([changed(boat, dearer), requested(STAY, june(5, 7)), changed(hut, retitled("Now"))]).await;
        tamper(&house, "update places_v1 set title = 'As the views have it' where title = 'Once'").await;
        let now = [vec![(hut, "Now".to_owned())], once(&[tent])].concat();
        assert_eq!(found(&feeding, &filter).await, (NAME, now.clone(), 2), "it was asked on a guess, and once more");
        assert_eq!(found(&feeding, &filter).await, (NAME, now, 1), "no guess is made while it is behind");
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_of_an_index_that_has_been_replaced_is_not_used() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, titled("Loft"))]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let old = live(&house).await;
        assert_eq!(found(&feeding, &PlaceFilter::default()).await.2, 1);
        let mut document = feeding.engine.places(&old)[&LOFT].clone();
        document.place.title = Some("What the old one says".to_owned());
        feeding.engine.hold(&old, document);
        feeding.rebuild().await;
        assert_ne!(live(&house).await, old);
        assert_eq!(found(&feeding, &PlaceFilter::default()).await, (NAME, vec![(LOFT, "Loft".to_owned())], 2));
        assert_eq!(found(&feeding, &PlaceFilter::default()).await.2, 1);
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn names_of_cities_are_remembered_until_a_place_changes() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let cities = async || {
            let answer = feeding.search.places(&SearchQuery { facets: true, ..anything(None) }).await.unwrap();
            assert_eq!(answer.engine.0, NAME);
            answer.matches.unwrap().facets.unwrap().cities
        };
        assert_eq!(cities().await, [("Orléans".to_owned(), 1)]);
        tamper(&house, "update place_search_v1 set city = 'As the views have it'").await;
        assert_eq!(cities().await, [("Orléans".to_owned(), 1)]);
        let renamed = PlaceChanges { city: Patch::Set(text("ORLÉANS")), ..PlaceChanges::default() };
        house.given([changed(LOFT, renamed)]).await;
        assert_eq!(cities().await, [("ORLÉANS".to_owned(), 1)]);
        feeding.catch_up(&house).await;
        assert_eq!(cities().await, [("ORLÉANS".to_owned(), 1)]);
        feeding.stop().await;
    })
    .await;
}

/// Part of a list: who found it, which places, and where it goes on.
async fn part(search: &Search, query: &SearchQuery) -> (&'static str, Vec<u128>, Option<Key>) {
    let answer = search.places(query).await.unwrap();
    (answer.engine.0, answer.places.iter().map(|found| found.place.place_id.as_u128()).collect(), answer.next)
}

fn by_two(text: Option<&str>, key: Option<Key>) -> SearchQuery {
    let slice = match key {
        None => Slice::Page { page: 1, per_page: 2 },
        key => Slice::After { key, per_page: 2 },
    };
    let text = text.map(|typed| TypedText::parse(typed).unwrap());
    SearchQuery { text, sort: PlaceSort::Relevance, slice, ..anything(None) }
}

fn numbered(number: u128) -> (Uuid, Event) {
    created_at(Uuid::from_u128(number), ADA, details(), number as i64)
}

#[tokio::test]
async fn a_list_in_an_exact_order_goes_on_behind_its_last_place_whoever_answers() {
    in_a_house(|house| async move {
        house.given((1..=6).map(numbered)).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let (first, places, next) = part(&feeding.search, &by_two(None, None)).await;
        assert_eq!((first, places), (NAME, vec![6, 5]));

        // One comes, one goes, and the engine with it.
        feeding.engine.is_up.store(false, Ordering::Relaxed);
        house.given([numbered(7), place_event(Uuid::from_u128(6), PlaceEvent::Unpublished { at: at(9) })]).await;
        let (second, places, next) = part(&feeding.search, &by_two(None, next)).await;
        assert_eq!((second, places), ("postgres", vec![4, 3]));

        feeding.engine.is_up.store(true, Ordering::Relaxed);
        let (third, places, next) = part(&feeding.search, &by_two(None, next)).await;
        assert_eq!((third, places, next), (NAME, vec![2, 1], None));
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_list_by_relevance_goes_on_in_the_engine_that_began_it_or_not_at_all() {
    in_a_house(|house| async move {
        house.given((1..=6).map(numbered)).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let (first, places, next) = part(&feeding.search, &by_two(Some("loft"), None)).await;
        assert_eq!((first, places), (NAME, vec![6, 5]));
        let go_on = by_two(Some("loft"), next);

        feeding.engine.is_up.store(false, Ordering::Relaxed);
        assert!(matches!(feeding.search.places(&go_on).await, Err(ReadError::EngineAway)));
        let alone = Search::new(house.views.clone());
        assert!(matches!(alone.places(&go_on).await, Err(ReadError::ForeignKey)));
        let (other, places, of_postgres) = part(&feeding.search, &by_two(Some("loft"), None)).await;
        assert_eq!((other, places), ("postgres", vec![6, 5]));

        // What comes and goes meanwhile does not move it.
        house.given([numbered(7), numbered(8), numbered(9)]).await;
        house.given([place_event(Uuid::from_u128(6), PlaceEvent::Unpublished { at: at(9) })]).await;
        feeding.engine.is_up.store(true, Ordering::Relaxed);
        feeding.catch_up(&house).await;
        let (second, places, next) = part(&feeding.search, &go_on).await;
        assert_eq!((second, places), (NAME, vec![4, 3]));
        let (third, places, next) = part(&feeding.search, &by_two(Some("loft"), next)).await;
        assert_eq!((third, places, next), (NAME, vec![2, 1], None));
        let (other, places, _) = part(&feeding.search, &by_two(Some("loft"), of_postgres)).await;
        assert_eq!((other, places), ("postgres", vec![4, 3]), "whose list it is");
        let made_up = Some(Key { rank: i64::MIN, id: Uuid::nil() });
        assert!(matches!(feeding.search.places(&by_two(Some("loft"), made_up)).await, Err(ReadError::ForeignKey)));
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_booked_after_the_indexs_checkpoint_is_left_out() {
    in_a_house(|house| async move {
        let (hut, boat) = (Uuid::from_u128(1), Uuid::from_u128(2));
        house.given([created(LOFT, ADA, details()), created(hut, ADA, details()), created(boat, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let search = feeding.search.clone();
        feeding.stop().await;

        let stay = PlaceFilter { stay: Some(june(3, 6)), ..PlaceFilter::default() };
        let found = async |filter: &PlaceFilter| {
            let answer = search.places(&SearchQuery { filter: filter.clone(), ..anything(None) }).await.unwrap();
            assert_eq!(answer.engine.0, NAME);
            answer.places.iter().map(|found| found.place.place_id).collect::<Vec<_>>()
        };
        house.given([requested(STAY, june(5, 7))]).await;
        assert_eq!(found(&stay).await, [hut, boat], "the loft is taken from the fifth on");
        assert_eq!(found(&PlaceFilter::default()).await, [hut, boat, LOFT]);
        house.given([place_event(boat, PlaceEvent::Unpublished { at: at(9) })]).await;
        assert_eq!(found(&stay).await, [hut]);
        house.given([cancelled(STAY, None)]).await;
        assert_eq!(found(&stay).await, [hut, LOFT], "and free again");

        let position = house.log.head();
        let answer = search.places(&anything(Some(position))).await.unwrap();
        assert_eq!(answer.engine.0, "postgres", "the index does not contain that yet");
        // However many there are, they are asked of the index up to a bound.
        house.given((10..1_011).map(|n| created_at(Uuid::from_u128(n), ADA, details(), n as i64))).await;
        assert_eq!(search.places(&anything(None)).await.unwrap().engine.0, "postgres");
    })
    .await;
}

#[tokio::test]
async fn texts_are_shown_and_marked_as_they_are_now_however_far_behind_the_index_is() {
    in_a_house(|house| async move {
        let hut = Uuid::from_u128(1);
        house.given([created(LOFT, ADA, titled("Loft, ring 555 0100")), created(hut, ADA, titled("Hut"))]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let search = feeding.search.clone();
        feeding.stop().await;
        house.given([changed(LOFT, retitled("Loft by the sea"))]).await;

        let query = SearchQuery { text: Some(TypedText::parse("sea").unwrap()), ..anything(None) };
        let answer = search.places(&query).await.unwrap();
        let title = |found: &FoundPlace| found.highlights.clone().unwrap().title.unwrap();
        let titles: Vec<String> = answer.places.iter().map(title).collect();
        let mark = |word: &str| format!("{}{word}{}", Highlights::START, Highlights::END);
        assert_eq!((answer.engine.0, titles), (NAME, vec![mark("Hut"), format!("Loft by the {}", mark("sea"))]));
    })
    .await;
}

#[tokio::test]
async fn a_city_is_no_part_of_the_question_to_the_index_but_of_what_is_left_out() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let search = feeding.search.clone();
        feeding.stop().await;
        let moved = PlaceChanges { city: Patch::Set(text("Tours")), ..PlaceChanges::default() };
        house.given([changed(LOFT, moved)]).await;
        let filter = PlaceFilter { area: Some(Area::City("orleans".to_owned())), ..PlaceFilter::default() };
        let answer = search.places(&SearchQuery { filter, ..anything(None) }).await.unwrap();
        assert_eq!((answer.engine.0, answer.places.len()), (NAME, 0), "it has moved since");
    })
    .await;
}
