//! Views of places in PostgreSQL.

use commands::ports::viewed_places::{PlaceView, ViewedPlaces as _};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{MOST_OF_A_PERSON, PgViewedPlaces, ROOM};
use crate::test_database::with_database;

const ADA: Uuid = Uuid::from_u128(0xada);
const BOB: Uuid = Uuid::from_u128(0xb0b);

fn view(user_id: Uuid, place: u128, hour: i64) -> PlaceView {
    PlaceView { user_id, place_id: Uuid::from_u128(place), hour }
}

async fn kept(pool: &PgPool, user_id: Uuid) -> Vec<(u128, i64)> {
    let sql = "select place_id, hour from place_views where user_id = $1 order by place_id, hour";
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(sql).bind(user_id).fetch_all(pool).await.unwrap();
    rows.into_iter().map(|(place, hour)| (place.as_u128(), hour)).collect()
}

#[tokio::test]
async fn of_many_views_within_an_hour_one_is_kept() {
    with_database("views_once", async |database| {
        let pool = database.pool();
        let (views, keeper) = PgViewedPlaces::new(pool.clone());
        let running = tokio::spawn(keeper.run(CancellationToken::new()));
        for (place, hour) in [(1, 7), (1, 7), (2, 7), (1, 8)] {
            views.note(view(ADA, place, hour));
        }
        views.note(view(BOB, 1, 7));
        views.settle().await;
        views.keep(view(ADA, 1, 8)).await.unwrap();
        assert_eq!(kept(pool, ADA).await, [(1, 7), (1, 8), (2, 7)]);
        assert_eq!(kept(pool, BOB).await, [(1, 7)]);
        views.forget(ADA).await.unwrap();
        assert_eq!((kept(pool, ADA).await, kept(pool, BOB).await.len()), (vec![], 1));
        running.abort();
    })
    .await;
}

#[tokio::test]
async fn what_is_noted_when_the_house_closes_is_written() {
    with_database("views_at_the_end", async |database| {
        let (views, keeper) = PgViewedPlaces::new(database.pool().clone());
        let stop = CancellationToken::new();
        let running = tokio::spawn(keeper.run(stop.clone()));
        views.note(view(ADA, 1, 7));
        tokio::task::yield_now().await;
        views.note(view(ADA, 2, 7));
        stop.cancel();
        running.await.unwrap();
        assert_eq!(kept(database.pool(), ADA).await, [(1, 7), (2, 7)]);
        // Nobody writes any more, and nobody is kept waiting for it.
        views.note(view(ADA, 3, 7));
        views.settle().await;
    })
    .await;
}

#[tokio::test]
async fn noting_never_waits_and_has_a_bound() {
    with_database("views_bounded", async |database| {
        let (views, keeper) = PgViewedPlaces::new(database.pool().clone());
        for place in 0..2 * ROOM as u128 {
            views.note(view(ADA, place, 7));
        }
        let stop = CancellationToken::new();
        let running = tokio::spawn(keeper.run(stop.clone()));
        stop.cancel();
        running.await.unwrap();
        assert_eq!(kept(database.pool(), ADA).await.len(), ROOM);
    })
    .await;
}

#[tokio::test]
async fn a_closed_account_leaves_no_views() {
    with_database("views_closed", async |database| {
        let pool = database.pool();
        let closed = "insert into events (position, aggregate_type, aggregate_id, sequence, event_type, event_version,
                                          payload, metadata, recorded_at)
                      values (1, 'user', $1, 2, 'user.closed', '1', '{}', '{}', now())";
        sqlx::query(closed).bind(ADA.to_string()).execute(pool).await.unwrap();
        let (views, _keeper) = PgViewedPlaces::new(pool.clone());
        views.keep(view(ADA, 1, 7)).await.unwrap();
        views.keep(view(BOB, 1, 7)).await.unwrap();
        assert_eq!((kept(pool, ADA).await.len(), kept(pool, BOB).await.len()), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn views_are_forgotten_after_half_a_year() {
    with_database("views_old", async |database| {
        let pool = database.pool();
        let (views, _keeper) = PgViewedPlaces::new(pool.clone());
        let now = 500_000;
        for (place, age) in [(1, PlaceView::KEPT_HOURS + 2), (2, PlaceView::KEPT_HOURS + 1), (3, PlaceView::KEPT_HOURS)]
        {
            views.keep(view(ADA, place, now - age)).await.unwrap();
        }
        let mut connection = pool.acquire().await.unwrap();
        for (swept, left) in [(1, 2), (1, 1), (0, 1)] {
            assert_eq!(PgViewedPlaces::sweep_old(&mut connection, now, 1).await.unwrap(), swept);
            assert_eq!(kept(pool, ADA).await.len(), left);
        }
        assert_eq!(kept(pool, ADA).await[0].0, 3);
    })
    .await;
}

#[tokio::test]
async fn of_who_reads_without_end_the_oldest_views_are_forgotten() {
    with_database("views_many", async |database| {
        let pool = database.pool();
        let (views, _keeper) = PgViewedPlaces::new(pool.clone());
        let many = "insert into place_views
                    select $1, md5(n::text)::uuid, 500000 - n from generate_series(1, $2) n";
        sqlx::query(many).bind(ADA).bind(MOST_OF_A_PERSON + 10).execute(pool).await.unwrap();
        views.keep(view(BOB, 1, 500_000)).await.unwrap();
        let mut connection = pool.acquire().await.unwrap();
        // Nobody has looked for days.
        assert_eq!(PgViewedPlaces::sweep_many(&mut connection, 500_100, 1_000).await.unwrap(), 0);
        for swept in [7, 3, 0] {
            assert_eq!(PgViewedPlaces::sweep_many(&mut connection, 500_000, 7).await.unwrap(), swept);
        }
        let oldest = kept(pool, ADA).await.into_iter().map(|(_, hour)| hour).min();
        assert_eq!(oldest, Some(500_000 - MOST_OF_A_PERSON));
        assert_eq!(kept(pool, BOB).await.len(), 1);
    })
    .await;
}
