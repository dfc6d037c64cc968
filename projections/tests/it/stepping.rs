//! How events get from the log to a projection: in order, each exactly once, whoever drives.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::RecordedEvent;
use projections::engine::ApplyError;
use projections::{Projection, Projectors, Waited};
use sqlx::{PgConnection, PgPool};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::events::{ADA, registered};
use crate::harness::{House, PATIENCE, in_a_house};

/// Writes down each position that it is given, twice if given twice.
#[derive(Default)]
pub(crate) struct Diary {
    /// The position that it cannot apply; 0 for none.
    pub(crate) chokes_on: AtomicU64,
    /// The position that takes it longer than a statement may take; 0 for none.
    pub(crate) hangs_on: AtomicU64,
    pub(crate) reactor: bool,
    pub(crate) told: Option<mpsc::UnboundedSender<u64>>,
}

#[async_trait]
impl Projection for Diary {
    fn name(&self) -> &'static str {
        "diary"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["diary"]
    }

    fn starts_at_head(&self) -> bool {
        self.reactor
    }

    async fn apply(&self, conn: &mut PgConnection, event: &RecordedEvent) -> Result<(), ApplyError> {
        if self.chokes_on.load(Ordering::Relaxed) == event.position {
            return Err(ApplyError::Refused("it makes no sense".to_owned()));
        }
        if self.hangs_on.load(Ordering::Relaxed) == event.position {
            sqlx::query("set local statement_timeout = '20ms'").execute(&mut *conn).await?;
            sqlx::query("select pg_sleep(60)").execute(&mut *conn).await?;
        }
        sqlx::query("insert into diary (position) values ($1)").bind(event.position as i64).execute(&mut *conn).await?;
        if let Some(told) = &self.told {
            told.send(event.position).unwrap();
        }
        Ok(())
    }
}

/// A diary over a house's log, and the projectors that keep it.
pub(crate) async fn keep_a_diary(house: &House, diary: Diary) -> (Arc<Diary>, Projectors) {
    sqlx::query("create table diary (entry bigserial, position bigint not null)").execute(&house.pool).await.unwrap();
    let diary = Arc::new(diary);
    (diary.clone(), projectors(house, &house.pool, diary))
}

fn projectors(house: &House, pool: &PgPool, diary: Arc<Diary>) -> Projectors {
    Projectors::new(pool.clone(), house.log.clone(), vec![diary])
}

pub(crate) async fn entries(house: &House) -> Vec<i64> {
    sqlx::query_scalar("select position from diary order by entry").fetch_all(&house.pool).await.unwrap()
}

fn record(house: &House, events: usize) {
    for _ in 0..events {
        let (id, event) = registered(ADA, "Ada");
        house.log.append(id, event);
    }
}

async fn reached(projectors: &Projectors, position: u64) -> Waited {
    projectors.wait_for(position, Instant::now() + PATIENCE).await
}

#[tokio::test]
async fn every_event_is_applied_once_and_in_order_over_many_batches() {
    in_a_house(|house| async move {
        let (_, projectors) = keep_a_diary(&house, Diary::default()).await;
        record(&house, 1_203);
        assert_eq!(reached(&projectors, 1_203).await, Waited::Reached);
        assert_eq!(entries(&house).await, (1..=1_203).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_advance_one_checkpoint_exactly_once() {
    in_a_house(|house| async move {
        let (diary, first) = keep_a_diary(&house, Diary::default()).await;
        let elsewhere = house.another_pool(4).await;
        let second = projectors(&house, &elsewhere, diary);
        first.prepare().await.unwrap();
        house.log.batch.store(7, Ordering::Relaxed);
        let mut waiters = vec![];
        for round in 1..=40 {
            record(&house, 5);
            for projectors in [first.clone(), second.clone()] {
                waiters.push(tokio::spawn(async move { reached(&projectors, round * 5).await }));
            }
        }
        for waiter in waiters {
            assert_eq!(waiter.await.unwrap(), Waited::Reached);
        }
        assert_eq!(entries(&house).await, (1..=200).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test]
async fn a_reactor_starts_behind_what_the_log_has() {
    in_a_house(|house| async move {
        record(&house, 3);
        let (_, projectors) = keep_a_diary(&house, Diary { reactor: true, ..Diary::default() }).await;
        projectors.prepare().await.unwrap();
        record(&house, 2);
        assert_eq!(reached(&projectors, 5).await, Waited::Reached);
        assert_eq!(entries(&house).await, [4, 5]);
    })
    .await;
}

#[tokio::test]
async fn an_idle_projector_writes_nothing() {
    in_a_house(|house| async move {
        let (_, projectors) = keep_a_diary(&house, Diary::default()).await;
        record(&house, 2);
        assert_eq!(reached(&projectors, 2).await, Waited::Reached);
        let before = house.dump("projection_checkpoints").await;
        // Nothing is there to be reached: this looks at the log until the deadline.
        let soon = Instant::now() + Duration::from_millis(200);
        assert_eq!(projectors.wait_for(3, soon).await, Waited::Behind);
        assert_eq!(house.dump("projection_checkpoints").await, before);
    })
    .await;
}

#[tokio::test]
async fn a_worker_follows_wake_ups_and_stops_when_told() {
    in_a_house(|house| async move {
        let (told, mut heard) = mpsc::unbounded_channel();
        let (_, projectors) = keep_a_diary(&house, Diary { told: Some(told), ..Diary::default() }).await;
        let (wake, wakeups) = watch::channel(0);
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let worker = tokio::spawn(projectors.run(async { drop(stopped.await) }, wakeups));
        for position in 1..=3 {
            record(&house, 1);
            wake.send_replace(position);
            assert_eq!(timeout(PATIENCE, heard.recv()).await.unwrap(), Some(position));
        }
        drop(wake);
        record(&house, 1);
        assert_eq!(timeout(PATIENCE, heard.recv()).await.unwrap(), Some(4), "by polling alone");
        stop.send(()).unwrap();
        timeout(PATIENCE, worker).await.unwrap().unwrap();
        assert_eq!(entries(&house).await, [1, 2, 3, 4]);
    })
    .await;
}
