//! Whatever people do: applied batch by batch or rebuilt from zero, the rows are the same, and the nights in the views
//! are the nights that the log's guards hold. What a process remembers is what the rows say.

mod act;
mod world;

use std::sync::atomic::Ordering;

use projections::{ShelfCounts, place, user};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

use self::act::{Act, EACH, act, create, place_id, register, user_id};
use self::world::World;
use crate::harness::{House, in_a_house};

#[tokio::test(flavor = "multi_thread")]
async fn any_history_gives_the_same_rows_incrementally_and_rebuilt() {
    in_a_house(|house| async move {
        let runtime = tokio::runtime::Handle::current();
        let check = move || {
            let mut runner = TestRunner::new(Config { cases: 32, failure_persistence: None, ..Config::default() });
            let history = prop::collection::vec(act(), 10..150);
            runner.run(&history, |acts| runtime.block_on(holds(&house, acts))).unwrap();
            house.views.cache_counts().unwrap()
        };
        let counts = tokio::task::spawn_blocking(check).await.unwrap();
        let remembers = |shelf: ShelfCounts| shelf.hits > 100 && shelf.changed > 100 && shelf.bypassed == 0;
        assert!(remembers(counts.places) && remembers(counts.users), "{counts:?}");
    })
    .await;
}

async fn holds(house: &House, acts: Vec<Act>) -> Result<(), TestCaseError> {
    start_over(house).await;
    let mut world = World::new();
    let people = (0..EACH).map(|number| Act::User(number, register(number)));
    let places = (0..2 * EACH).map(|number| Act::Place(number, create(number)));
    for act in people.chain(places).chain(acts) {
        if let Act::ViewsFollow { batch } = act {
            house.log.batch.store(batch, Ordering::Relaxed);
            // A fresh set of projectors: what one process knows of the checkpoints is not what counts.
            follow(house).await;
            agrees(house).await?;
        }
        for (id, event) in world.act(act) {
            house.log.append(id, event);
        }
    }
    follow(house).await;
    agrees(house).await?;
    let incremental = house.dump_views().await;
    prop_assert_eq!(nights_of_the_view(house).await, world.nights());
    let (kept, counted) = (sums(house, KEPT).await, sums(house, COUNTED).await);
    prop_assert_eq!(kept, counted, "sums that are kept are those of the published reviews");
    for _ in 0..2 {
        house.log.batch.store(0, Ordering::Relaxed);
        for projection in projections::Views::projections() {
            house.views.rebuild(projection.name()).await.unwrap();
        }
        prop_assert_eq!(&house.dump_views().await, &incremental);
        agrees(house).await?;
    }
    Ok(())
}

async fn follow(house: &House) {
    let views = projections::Views::new(house.pool.clone(), house.log.clone());
    let deadline = std::time::Instant::now() + crate::harness::PATIENCE;
    assert_eq!(views.wait_for(house.log.head(), deadline).await, projections::Waited::Reached);
}

/// What one process remembers is what the database says, whoever moved the views.
async fn agrees(house: &House) -> Result<(), TestCaseError> {
    let direct = house.views.clone().without_cache();
    for id in (0..2 * EACH).map(place_id) {
        let remembered = place::described(&house.views, id).await.unwrap();
        prop_assert_eq!(remembered, place::described(&direct, id).await.unwrap());
    }
    for id in (0..EACH).map(user_id) {
        let remembered = user::described(&house.views, id).await.unwrap();
        prop_assert_eq!(remembered, user::described(&direct, id).await.unwrap());
    }
    Ok(())
}

/// An empty log, and views of it.
async fn start_over(house: &House) {
    house.log.clear();
    for projection in projections::Views::projections() {
        house.views.rebuild(projection.name()).await.unwrap();
    }
}

const KEPT: &str = "select subject, subject_id, category, stars, count from review_sums_v1 order by 1, 2, 3";
/// The same from the reviews themselves, with no sum kept from one event to the next.
const COUNTED: &str = "
    with said as (
        select r.*, s.category, s.stars
        from reviews_v1 r
        cross join lateral (
            select 'overall' as category, r.rating::bigint as stars
            union all select key, value::bigint from json_each_text(r.categories)) s
        where r.stage = 'published'),
    counts as (
        select 'place' as subject, place_id as subject_id, category, stars from said where subject = 'place'
        union all select 'host', host_id, category, stars from said where subject = 'place'
        union all select 'guest', guest_id, category, stars from said where subject = 'guest')
    select subject, subject_id, category, sum(stars)::bigint, count(*) from counts group by 1, 2, 3 order by 1, 2, 3";

async fn sums(house: &House, sql: &str) -> Vec<(String, Uuid, String, i64, i64)> {
    sqlx::query_as(sql).fetch_all(&house.pool).await.unwrap()
}

async fn nights_of_the_view(house: &House) -> Vec<(Uuid, jiff::civil::Date, Uuid)> {
    let sql = "select place_id, night, holder from place_nights_v1 order by 1, 2";
    let rows: Vec<(Uuid, jiff_sqlx::Date, Uuid)> = sqlx::query_as(sql).fetch_all(&house.pool).await.unwrap();
    rows.into_iter().map(|(place, night, holder)| (place, night.to_jiff(), holder)).collect()
}
