//! An index outside the database: made, filled, fed, replaced, and left alone while it cannot answer.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::place::{AmenityCode, LocationPrecision, PlaceChanges, PlaceDetails, PlaceEvent};
use domain::user::UserEvent;
use domain::{Currency, Event, Money, Patch};
use jiff::civil::time;
use projections::engine::ProjectionState;
use projections::search::{Feeder, PlaceFilter, PlaceSort, Search, SearchQuery};
use projections::{OperateError, ProjectionStatus, Slice, Views};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::engine::{Engine, NAME};
use crate::events::{
    ADA, LOFT, STAY, at, blocked, cancelled, changed, created, created_at, details, june, june_day, point, requested,
    text,
};
use crate::harness::{House, PATIENCE, in_a_house};

/// A process that feeds an engine.
pub(crate) struct Feeding {
    pub(crate) engine: Arc<Engine>,
    /// The views of that process.
    pub(crate) views: Views,
    pub(crate) search: Search,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Feeding {
    pub(crate) fn start(house: &House, engine: Arc<Engine>) -> Self {
        let feeder = Feeder::new(&house.views, engine.clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        // Nobody wakes it.
        let running = tokio::spawn(feeder.clone().run(shutdown, watch::channel(0).1));
        let search = Search::new(house.views.clone()).with_index(engine.clone());
        Self { engine, views: house.views.clone().with_feeder(feeder), search, stop, running }
    }

    /// Ends it as a process does that is told to.
    pub(crate) async fn stop(self) -> Arc<Engine> {
        let _ = self.stop.send(());
        self.running.await.unwrap();
        self.engine
    }

    /// Has nothing be fed from here on.
    pub(crate) async fn hold(&self, house: &House) {
        run(house, "update search_feeders set retry_at = clock_timestamp() + interval '1 hour'").await;
    }

    /// Has a fresh index filled and asked.
    pub(crate) async fn rebuild(&self) {
        self.views.rebuild(NAME).await.unwrap();
    }

    pub(crate) async fn status(&self) -> ProjectionStatus {
        let all = self.views.status().await.unwrap();
        all.into_iter().find(|status| status.name == NAME && status.serves).unwrap()
    }

    /// Waits until the index answers, and contains the whole log, with nothing left in doubt.
    pub(crate) async fn catch_up(&self, house: &House) {
        eventually(async || {
            settle(house).await;
            let answer = self.search.places(&anything(Some(house.log.head()))).await.unwrap();
            (answer.engine.0 == NAME).then_some(())
        })
        .await;
    }

    /// Who finds what.
    pub(crate) async fn found(&self, filter: PlaceFilter) -> (&'static str, Vec<Uuid>) {
        let answer = self.search.places(&SearchQuery { filter, ..anything(None) }).await.unwrap();
        (answer.engine.0, answer.places.iter().map(|found| found.place.place_id).collect())
    }
}

pub(crate) fn anything(min_position: Option<u64>) -> SearchQuery {
    let slice = Slice::Page { page: 1, per_page: 100 };
    SearchQuery {
        text: None,
        filter: PlaceFilter::default(),
        sort: PlaceSort::Newest,
        slice,
        facets: false,
        min_position,
    }
}

/// Asks again until there is an answer.
pub(crate) async fn eventually<T, F, Fut>(ask: F) -> T
where
    F: Fn() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let asking = async {
        let mut pace = tokio::time::interval(Duration::from_millis(10));
        loop {
            pace.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.expect("it happens")
}

pub(crate) async fn live(house: &House) -> String {
    let sql = "select uid from search_indexes where state = 'live'";
    sqlx::query_scalar(sql).fetch_one(&house.pool).await.unwrap()
}

pub(crate) async fn run(house: &House, sql: &str) {
    sqlx::query(sql).execute(&house.pool).await.unwrap();
}

/// From which position on what the index holds is not relied on.
pub(crate) async fn doubted_from(house: &House) -> Option<i64> {
    let sql = "select doubted_from from search_indexes where state = 'live'";
    sqlx::query_scalar(sql).fetch_one(&house.pool).await.unwrap()
}

/// Has it be long ago that a write was not answered, unless one is under way.
pub(crate) async fn settle(house: &House) {
    let sql = "update search_indexes set doubted_since = doubted_since - interval '1 hour'
               where doubted_since is not null
                 and not exists (select from search_feeders where leased_until is not null)";
    run(house, sql).await;
}

pub(crate) fn place_event(id: Uuid, event: PlaceEvent) -> (Uuid, Event) {
    (id, Event::Place(event))
}

#[tokio::test]
async fn an_index_is_made_filled_and_fed() {
    in_a_house(|house| async move {
        let (hut, boat) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut luxury = details();
        luxury.price = Money { minor: 90_000, currency: Currency::USD };
        luxury.amenities = vec![AmenityCode::parse("wifi").unwrap(), AmenityCode::parse("game_room").unwrap()];
        house.given([created(LOFT, ADA, luxury), created(hut, ADA, details()), created(boat, ADA, details())]).await;
        house.given([requested(STAY, june(1, 4)), place_event(hut, PlaceEvent::Unpublished { at: at(9) })]).await;

        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let uid = live(&house).await;
        let places = feeding.engine.places(&uid);
        assert_eq!(places.keys().copied().collect::<Vec<_>>(), [boat, LOFT], "listed ones");
        let loft = &places[&LOFT];
        assert_eq!(loft.nights, [june_day(2), june_day(3)], "the first of June is over");
        assert_eq!((loft.place.price.minor, loft.price_milli, loft.price_band), (90_000, 900_000, 8));
        assert_eq!((loft.place.city.as_deref(), loft.city_key.as_deref()), (Some("Orléans"), Some("orleans")));
        assert_eq!(loft.amenity_names(), ["Wi-Fi", "Wi-Fi", "game room"]);
        assert_eq!(loft.place.shown_coordinates.unwrap().latitude(), 48.86);
        assert_eq!((loft.place.coordinates, &loft.place.address), (None, &None), "as strangers see it");

        house.given([cancelled(STAY, None), place_event(hut, PlaceEvent::Published { at: at(9) })]).await;
        house.given([place_event(boat, PlaceEvent::Archived { at: at(9) })]).await;
        feeding.catch_up(&house).await;
        let places = feeding.engine.places(&uid);
        assert_eq!(places.keys().copied().collect::<Vec<_>>(), [hut, LOFT]);
        assert!(places[&LOFT].nights.is_empty());
        let status = feeding.status().await;
        assert_eq!((status.state, status.position, status.lag), (ProjectionState::Running, house.log.head(), 0));
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn more_than_a_batch_is_fed_in_the_logs_order() {
    in_a_house(|house| async move {
        let places = (1..=4_201).map(|n| created_at(Uuid::from_u128(n), ADA, details(), n as i64));
        house.given(places).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        assert_eq!(feeding.engine.places(&live(&house).await).len(), 4_201);
        assert_eq!(feeding.engine.writes.load(Ordering::Relaxed), 5);
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn while_nothing_happens_nothing_is_written() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let written = async || {
            let lines: Vec<String> = sqlx::query_scalar(
                "select xmin::text from search_feeders union all select xmin::text from search_indexes",
            )
            .fetch_all(&house.pool)
            .await
            .unwrap();
            lines
        };
        // The round at hand ends with a write.
        let leased = "select leased_until is null from search_feeders";
        eventually(async || sqlx::query_scalar::<_, bool>(leased).fetch_one(&house.pool).await.unwrap().then_some(()))
            .await;
        let before = written().await;
        let looks = "select coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0)::bigint from pg_stat_user_tables
                     where relname = 'search_feeders'";
        let looked = async || sqlx::query_scalar::<_, i64>(looks).fetch_one(&house.pool).await.unwrap();
        let begun = looked().await;
        eventually(async || (looked().await >= begun + 3).then_some(())).await;
        assert_eq!(written().await, before);
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_outage_is_told_survived_and_costs_no_answer() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;

        feeding.engine.is_up.store(false, Ordering::Relaxed);
        let hut = Uuid::from_u128(1);
        house.given([created_at(hut, ADA, details(), 9)]).await;
        assert_eq!(feeding.found(PlaceFilter::default()).await, ("postgres", vec![hut, LOFT]));
        let told = eventually(async || Some(feeding.status().await).filter(|status| status.attempts >= 2)).await;
        assert_eq!((told.state, told.lag), (ProjectionState::Running, 1));
        assert!(told.last_error.unwrap().ends_with("nobody is there"));
        assert_eq!(doubted_from(&house).await, None, "nothing is under way");
        run(&house, "update search_feeders set attempts = 5").await;
        assert_eq!(feeding.status().await.state, ProjectionState::Failed);

        feeding.engine.is_up.store(true, Ordering::Relaxed);
        feeding.views.resume(NAME).await.unwrap();
        feeding.catch_up(&house).await;
        let status = eventually(async || Some(feeding.status().await).filter(|status| status.attempts == 0)).await;
        assert_eq!((status.state, status.last_error), (ProjectionState::Running, None));
        assert!(matches!(feeding.views.resume(NAME).await, Err(OperateError::NotStopped)));
        assert!(matches!(feeding.views.park(NAME, 1, "no").await, Err(OperateError::NotFailing)));
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn what_the_engine_does_not_take_is_told_and_left_out_by_nobody() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let engine = Engine::new(1);
        engine.takes_documents.store(false, Ordering::Relaxed);
        let feeding = Feeding::start(&house, engine);
        let told = eventually(async || {
            let all = feeding.views.status().await.unwrap();
            all.into_iter().find(|status| status.name == NAME && status.attempts > 0)
        })
        .await;
        assert_eq!((told.position, told.lag), (0, 1));
        assert!(told.last_error.unwrap().ends_with("a document is not as it should be"));
        assert!(matches!(feeding.views.rebuild(NAME).await, Err(OperateError::Index(_))));
        assert_eq!(feeding.found(PlaceFilter::default()).await, ("postgres", vec![LOFT]));

        feeding.engine.takes_documents.store(true, Ordering::Relaxed);
        feeding.catch_up(&house).await;
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn an_index_that_is_lost_is_filled_anew() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let lost = live(&house).await;

        feeding.engine.lose(&lost);
        feeding.engine.miss();
        let made = eventually(async || Some(live_or_none(&house).await?).filter(|uid| *uid != lost)).await;
        feeding.catch_up(&house).await;
        assert_eq!(feeding.engine.places(&made).len(), 1);

        // What was found in its place is not asked, and goes.
        run(&house, "update search_indexes set since = since - interval '1 minute'").await;
        eventually(async || (feeding.engine.uids() == [made.clone()]).then_some(())).await;
        feeding.stop().await;
    })
    .await;
}

async fn live_or_none(house: &House) -> Option<String> {
    let sql = "select uid from search_indexes where state = 'live'";
    sqlx::query_scalar(sql).fetch_optional(&house.pool).await.unwrap()
}

#[tokio::test]
async fn an_index_that_is_lost_while_it_is_written_to_is_filled_anew() {
    for makes_another in [true, false] {
        in_a_house(move |house| async move {
            house.given([created(LOFT, ADA, details())]).await;
            let engine = Engine::new(1);
            engine.makes_what_is_missing.store(makes_another, Ordering::Relaxed);
            let feeding = Feeding::start(&house, engine);
            feeding.catch_up(&house).await;
            let lost = live(&house).await;

            // After it was looked for, and nobody asks, so nobody misses it.
            let writes = feeding.engine.writes.load(Ordering::Relaxed);
            feeding.engine.writes_allowed.forget_permits(10_000);
            house.given([created_at(Uuid::from_u128(1), ADA, details(), 9)]).await;
            eventually(async || (feeding.engine.writes.load(Ordering::Relaxed) > writes).then_some(())).await;
            feeding.engine.lose_all();
            feeding.engine.writes_allowed.add_permits(10_000);
            let made = eventually(async || Some(live_or_none(&house).await?).filter(|uid| *uid != lost)).await;
            assert_eq!(feeding.engine.places(&made).len(), 2, "makes another: {makes_another}");
            feeding.stop().await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_view_that_was_rebuilt_has_the_index_filled_anew_and_is_asked_until_then() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let mut feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        for view in ["places", "availability"] {
            let (old, search) = (live(&house).await, feeding.search.clone());
            let engine = feeding.stop().await;
            house.views.rebuild(view).await.unwrap();
            assert_eq!(search.places(&anything(None)).await.unwrap().engine.0, "postgres", "{view}");

            feeding = Feeding::start(&house, engine);
            feeding.catch_up(&house).await;
            assert_ne!(live(&house).await, old, "{view}");
        }
        // While it runs, it sees to it by itself.
        let old = live(&house).await;
        house.views.rebuild("places").await.unwrap();
        eventually(async || Some(live_or_none(&house).await?).filter(|uid| *uid != old)).await;
        feeding.catch_up(&house).await;
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn places_that_change_together_are_written_in_parts_and_contained_when_all_are() {
    in_a_house(|house| async move {
        house.given((1..=1_201).map(|n| created_at(Uuid::from_u128(n), ADA, details(), n as i64))).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let (uid, engine) = (live(&house).await, feeding.engine.clone());
        assert_eq!(engine.places(&uid).len(), 1_201);

        engine.largest_write.store(0, Ordering::Relaxed);
        let before = engine.writes.load(Ordering::Relaxed);
        engine.writes_allowed.forget_permits(10_000);
        let by = Uuid::from_u128(7);
        house.given([(ADA, Event::User(UserEvent::Suspended { by, reason: None, at: at(9) }))]).await;
        engine.writes_allowed.add_permits(2);
        eventually(async || (engine.writes.load(Ordering::Relaxed) == before + 3).then_some(())).await;
        assert_eq!(engine.places(&uid).len(), 201, "two parts are written");
        let contained = "select position from search_indexes where state = 'live'";
        let contained = async || sqlx::query_scalar::<_, i64>(contained).fetch_one(&house.pool).await.unwrap();
        assert_eq!(contained().await, 1_201, "not before the last one is");

        engine.writes_allowed.add_permits(10_000);
        eventually(async || (contained().await == 1_202).then_some(())).await;
        assert_eq!((engine.places(&uid).len(), engine.largest_write.load(Ordering::Relaxed)), (0, 500));
        house.given([(ADA, Event::User(UserEvent::Restored { by, reason: None, at: at(9) }))]).await;
        eventually(async || (contained().await == 1_203).then_some(())).await;
        assert_eq!((engine.places(&uid).len(), engine.largest_write.load(Ordering::Relaxed)), (1_201, 500));
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_rebuild_fills_a_fresh_index_while_the_old_one_is_asked_and_fed() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        feeding.catch_up(&house).await;
        let old = live(&house).await;

        // The fresh one cannot be filled for now.
        feeding.engine.writes_allowed.forget_permits(10_000);
        let views = feeding.views.clone();
        let rebuilding = tokio::spawn(async move { views.rebuild(NAME).await });
        eventually(async || (feeding.engine.uids().len() == 2).then_some(())).await;
        let hut = Uuid::from_u128(1);
        house.given([created_at(hut, ADA, details(), 9)]).await;
        assert_eq!(live(&house).await, old);
        assert_eq!(feeding.found(PlaceFilter::default()).await, (NAME, vec![LOFT]));

        feeding.engine.writes_allowed.add_permits(10_000);
        let rebuilt = rebuilding.await.unwrap().unwrap();
        assert!(rebuilt.position >= 1);
        let fresh = live(&house).await;
        assert_ne!(fresh, old);
        feeding.catch_up(&house).await;
        assert_eq!(feeding.found(PlaceFilter::default()).await, (NAME, vec![hut, LOFT]));
        assert!(feeding.engine.uids().contains(&old), "somebody may still be asking it");
        run(&house, "update search_indexes set since = since - interval '1 minute'").await;
        eventually(async || (feeding.engine.uids() == [fresh.clone()]).then_some(())).await;
        feeding.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_rebuild_needs_no_server_that_runs() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let engine = Engine::new(1);
        let views = house.views.clone().with_feeder(Feeder::new(&house.views, engine.clone()));
        assert_eq!(views.rebuild(NAME).await.unwrap().position, 1);
        assert_eq!(engine.places(&live(&house).await).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn another_version_is_another_index_and_one_that_nobody_feeds_goes() {
    in_a_house(|house| async move {
        house.given([created(LOFT, ADA, details())]).await;
        let old = Feeding::start(&house, Engine::new(1));
        old.catch_up(&house).await;
        let new = Feeding::start(&house, old.engine.of_version(2));
        new.catch_up(&house).await;
        assert_eq!(old.engine.uids().len(), 2);
        assert_eq!(old.found(PlaceFilter::default()).await, (NAME, vec![LOFT]));
        assert_eq!(new.found(PlaceFilter::default()).await, (NAME, vec![LOFT]));

        old.stop().await;
        run(&house, "update search_feeders set updated_at = updated_at - interval '1 hour' where version = 1").await;
        house.given([changed(LOFT, Default::default())]).await;
        eventually(async || {
            run(&house, "update search_indexes set since = since - interval '1 minute' where state = 'retired'").await;
            (new.engine.uids().len() == 1).then_some(())
        })
        .await;
        eventually(async || (house.dump("search_feeders").await.len() == 1).then_some(())).await;
        new.stop().await;
    })
    .await;
}

#[tokio::test]
async fn whatever_is_shown_of_a_place_is_fed_when_it_changes() {
    in_a_house(|house| async move {
        let with_terms = PlaceDetails { house_rules: Some(text("No shoes.")), ..details() };
        house.given([created(LOFT, ADA, with_terms)]).await;
        let feeding = Feeding::start(&house, Engine::new(1));
        let database = Search::new(house.views.clone());
        let block = Uuid::from_u128(5);
        for event in [
            changed(LOFT, another_place()),
            place_event(LOFT, PlaceEvent::Unpublished { at: at(61) }),
            place_event(LOFT, PlaceEvent::Published { at: at(62) }),
            blocked(LOFT, block, june(20, 22)),
            place_event(LOFT, PlaceEvent::BlockRemoved { block_id: block, nights: june(20, 22), at: at(71) }),
            requested(STAY, june(3, 5)),
        ] {
            house.given([event.clone()]).await;
            feeding.catch_up(&house).await;
            let held = feeding.engine.places(&live(&house).await).into_values().map(|document| document.place);
            let shown = database.places(&anything(None)).await.unwrap().places.into_iter().map(|found| found.place);
            assert_eq!(held.collect::<Vec<_>>(), shown.collect::<Vec<_>>(), "{event:?}");
        }
        feeding.stop().await;
    })
    .await;
}

/// A change of every detail of a place.
fn another_place() -> PlaceChanges {
    PlaceChanges {
        title: Patch::Set(text("Now")),
        description: Patch::Set(text("Another.")),
        price: Some(Money { minor: 13_000, currency: Currency::USD }),
        coordinates: Patch::Set(point(47.902_964, 1.909_251)),
        location_precision: Some(LocationPrecision::Exact),
        address: Patch::Set(text("2 rue de la Paix")),
        city: Patch::Set(text("Tours")),
        country: Patch::Set(text("Belgium")),
        time_zone: Some("Europe/Brussels".parse().unwrap()),
        capacity: Some(5),
        min_nights: Some(2),
        max_nights: Some(30),
        check_in_time: Some(time(16, 0, 0, 0)),
        check_out_time: Some(time(10, 0, 0, 0)),
        house_rules: Patch::Clear,
        instant_book: Some(true),
        amenities: Some(vec![AmenityCode::parse("wifi").unwrap()]),
    }
}
