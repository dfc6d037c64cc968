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
use crate::feeding::{Feeding, anything, eventually, place_event};
use crate::harness::in_a_house;

#[tokio::test]
async fn what_ceases_to_match_while_the_index_answers_is_not_shown() {
    in_a_house(|house| async move {
        let (hut, boat) = (Uuid::from_u128(1), Uuid::from_u128(2));
        house.given([created(LOFT, ADA, details()), created(hut, ADA, details()), created(boat, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let (engine, search) = (feeding.engine.clone(), feeding.search.clone());
        let filter = PlaceFilter {
            price: Some(PriceRange { currency: Currency::EUR, min_minor: None, max_minor: Some(12_000) }),
            stay: Some(june(3, 6)),
            ..PlaceFilter::default()
        };

        let before = engine.questions.load(Ordering::Relaxed);
        engine.answers_allowed.forget_permits(10_000);
        let asking =
            tokio::spawn(async move { search.places(&SearchQuery { filter, ..anything(None) }).await.unwrap() });
        eventually(async || (engine.questions.load(Ordering::Relaxed) > before).then_some(())).await;
        let dearer = PlaceChanges { price: Some(euros("120.01")), ..PlaceChanges::default() };
        house.given([changed(boat, dearer), requested(STAY, june(5, 7))]).await;
        engine.answers_allowed.add_permits(10_000);
        let answer = asking.await.unwrap();
        let shown: Vec<Uuid> = answer.places.iter().map(|found| found.place.place_id).collect();
        assert_eq!((answer.engine.0, shown), (NAME, vec![hut]), "the boat is dearer, the loft is taken");
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
        let titled = |title: &str| PlaceDetails { title: Some(text(title)), ..details() };
        house.given([created(LOFT, ADA, titled("Loft, ring 555 0100")), created(hut, ADA, titled("Hut"))]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let search = feeding.search.clone();
        feeding.stop().await;
        let retitled = PlaceChanges { title: Patch::Set(text("Loft by the sea")), ..PlaceChanges::default() };
        house.given([changed(LOFT, retitled)]).await;

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
