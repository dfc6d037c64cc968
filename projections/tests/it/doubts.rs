//! Writes to an index outside the database of which nobody knows what has become: see [`crate::feeding`] for the others.

use std::sync::atomic::Ordering;

use domain::Patch;
use domain::place::PlaceChanges;
use projections::search::PlaceFilter;
use uuid::Uuid;

use crate::engine::{Engine, NAME};
use crate::events::{ADA, LOFT, changed, created, created_at, details, text};
use crate::feeding::{Feeding, anything, doubted_from, eventually, live, run, settle};
use crate::harness::{House, in_a_house};

#[tokio::test]
async fn a_writer_that_was_paused_and_has_been_replaced_does_no_harm() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let paused = Feeding::start(&house, Engine::new(1));
        paused.catch_up(&house).await;
        let uid = live(&house).await;

        // One stands still while it writes what it has read, and its lease ends.
        let writes = paused.engine.writes.load(Ordering::Relaxed);
        paused.engine.writes_allowed.forget_permits(10_000);
        let named =
            |title: &str| changed(LOFT, PlaceChanges { title: Patch::Set(text(title)), ..PlaceChanges::default() });
        house.given([named("Old news")]).await;
        eventually(async || (paused.engine.writes.load(Ordering::Relaxed) > writes).then_some(())).await;
        run(&house, "update search_feeders set leased_until = clock_timestamp()").await;

        // Another one takes over and writes what is newer.
        let other = Feeding::start(&house, paused.engine.of_version(1));
        house.given([named("News")]).await;
        eventually(async || (other.status().await.lag == 0).then_some(())).await;
        let title = |engine: &Engine| engine.places(&uid)[&LOFT].place.title.clone();
        assert_eq!(title(&other.engine).as_deref(), Some("News"));

        // The first one goes on and overwrites that, and learns that it should not have. Nobody is shown it.
        paused.engine.writes_allowed.add_permits(10_000);
        let doubted = "select doubted_since from search_indexes where state = 'live'";
        let doubted =
            async || sqlx::query_scalar::<_, jiff_sqlx::Timestamp>(doubted).fetch_one(&house.pool).await.unwrap();
        let before = doubted().await;
        eventually(async || {
            let answer = other.search.places(&anything(None)).await.unwrap();
            assert_eq!((answer.engine.0, answer.places[0].place.title.as_deref()), (NAME, Some("News")));
            (doubted().await > before && title(&other.engine).as_deref() == Some("Old news")).then_some(())
        })
        .await;
        other.catch_up(&house).await;
        assert_eq!(title(&other.engine).as_deref(), Some("News"));
        paused.stop().await;
        other.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_write_may_still_put_back_is_not_relied_on_until_it_is_written_once_more() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let uid = live(&house).await;
        let old = feeding.engine.places(&uid)[&LOFT].clone();
        let title = || feeding.engine.places(&uid)[&LOFT].place.title.clone().unwrap();

        feeding.engine.answers_writes.store(false, Ordering::Relaxed);
        let retitled = PlaceChanges { title: Patch::Set(text("Now")), ..PlaceChanges::default() };
        house.given([changed(LOFT, retitled)]).await;
        eventually(async || (feeding.status().await.attempts > 0).then_some(())).await;
        feeding.engine.answers_writes.store(true, Ordering::Relaxed);
        try_again(&house).await;
        eventually(async || (feeding.status().await.lag == 0).then_some(())).await;
        assert_eq!((title().as_str(), doubted_from(&house).await), ("Now", Some(1)));

        // The write that was not answered is done at last.
        feeding.engine.hold(&uid, old);
        for _ in 0..2 {
            let answer = feeding.search.places(&anything(None)).await.unwrap();
            assert_eq!((answer.engine.0, answer.places[0].place.title.as_deref()), (NAME, Some("Now")));
        }
        let answer = feeding.search.places(&anything(Some(house.log.head()))).await.unwrap();
        assert_eq!(answer.engine.0, "postgres", "nobody can tell what the index contains");

        eventually(async || {
            settle(&house).await;
            (title() == "Now" && doubted_from(&house).await.is_none()).then_some(())
        })
        .await;
        feeding.catch_up(&house).await;
        feeding.stop().await;
    })
    .await;
}

/// Has the answer to a write be lost, so that the index is doubted from the first position on, and nothing be fed.
async fn lose_an_answer(house: &House, feeding: &Feeding) {
    feeding.engine.answers_writes.store(false, Ordering::Relaxed);
    house.given([created_at(Uuid::from_u128(1), ADA, details(), 9)]).await;
    eventually(async || (feeding.status().await.attempts > 0).then_some(())).await;
    let is_at_rest = "select leased_until is null from search_feeders";
    eventually(async || {
        feeding.hold(house).await;
        sqlx::query_scalar::<_, bool>(is_at_rest).fetch_one(&house.pool).await.unwrap().then_some(())
    })
    .await;
    feeding.engine.answers_writes.store(true, Ordering::Relaxed);
    assert_eq!(doubted_from(house).await, Some(1));
}

/// Has it be tried again at once.
async fn try_again(house: &House) {
    run(house, "update search_feeders set retry_at = null").await;
}

#[tokio::test]
async fn while_the_engine_stands_still_no_doubt_ends() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        lose_an_answer(&house, &feeding).await;
        feeding.engine.is_silent.store(true, Ordering::Relaxed);
        let attempts = feeding.status().await.attempts;
        run(&house, "update search_indexes set doubted_since = doubted_since - interval '1 minute'").await;
        try_again(&house).await;
        eventually(async || (feeding.status().await.attempts > attempts).then_some(())).await;
        run(&house, "update search_indexes set doubted_since = doubted_since - interval '1 minute'").await;
        feeding.engine.is_silent.store(false, Ordering::Relaxed);
        try_again(&house).await;
        eventually(async || (feeding.status().await.lag == 0).then_some(())).await;
        assert_eq!(doubted_from(&house).await, Some(1), "it may have awoken just now");
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_index_is_there_for_as_long_as_a_write_to_it_may_be_under_way() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let old = live(&house).await;
        lose_an_answer(&house, &feeding).await;
        feeding.rebuild().await;
        run(&house, "update search_indexes set since = since - interval '1 minute' where state = 'retired'").await;
        house.given([created_at(Uuid::from_u128(2), ADA, details(), 9)]).await;
        eventually(async || (feeding.status().await.lag == 0).then_some(())).await;
        assert!(feeding.engine.uids().contains(&old), "or the write would make another of its uid");
        eventually(async || {
            settle(&house).await;
            (!feeding.engine.uids().contains(&old)).then_some(())
        })
        .await;
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_stops_in_the_middle_of_a_write_leaves_it_noted() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let writes = feeding.engine.writes.load(Ordering::Relaxed);
        feeding.engine.writes_allowed.forget_permits(10_000);
        house.given([created_at(Uuid::from_u128(1), ADA, details(), 9)]).await;
        eventually(async || (feeding.engine.writes.load(Ordering::Relaxed) > writes).then_some(())).await;
        let engine = feeding.stop().await;
        assert_eq!(doubted_from(&house).await, Some(1));

        engine.writes_allowed.add_permits(10_000);
        let again = Feeding::start(&house, engine);
        again.catch_up(&house).await;
        assert_eq!(doubted_from(&house).await, None);
        again.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_new_index_that_is_doubted_is_asked_when_it_has_been_mended() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let engine = Engine::new(1);
        engine.answers_writes.store(false, Ordering::Relaxed);
        let feeding = Feeding::start(&house, engine);
        let doubted = "select doubted_from is not null from search_indexes where state = 'filling'";
        let is_doubted = async || {
            sqlx::query_scalar::<_, bool>(doubted).fetch_optional(&house.pool).await.unwrap().unwrap_or_default()
        };
        eventually(async || {
            let all = feeding.views.status().await.unwrap();
            all.into_iter().find(|status| status.name == NAME && status.attempts > 0)
        })
        .await;
        feeding.engine.answers_writes.store(true, Ordering::Relaxed);
        try_again(&house).await;
        eventually(async || (feeding.status().await.lag == 0).then_some(())).await;
        assert_eq!((feeding.found(PlaceFilter::default()).await.0, is_doubted().await), ("postgres", true));
        feeding.catch_up(&house).await;
        feeding.stop().await;
    })
    .await;
}
