//! Who looked at which place: a table beside the log, written in batches behind those who read.

mod keeper;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use commands::PortError;
use commands::ports::viewed_places::{PlaceView, ViewedPlaces};
use sqlx::{PgConnection, PgPool};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

pub(crate) use keeper::Keeper;

/// Views that wait to be written, at the most: some 200 KB. What comes while there are more is lost.
const ROOM: usize = 4_096;
/// How long somebody waits for what was noted before.
const PATIENCE: Duration = Duration::from_millis(500);
/// Views of one person that are kept: of who reads more, the oldest are forgotten.
const MOST_OF_A_PERSON: i64 = 5_000;

/// Views in PostgreSQL. What is noted goes through a queue to the [`Keeper`] of this process.
#[derive(Clone)]
pub(crate) struct PgViewedPlaces {
    pool: PgPool,
    queue: mpsc::Sender<Noted>,
    lost: Arc<AtomicU64>,
}

/// What waits in the queue.
#[derive(Debug)]
enum Noted {
    /// A view.
    View(PlaceView),
    /// Somebody who waits until all before is written.
    Settle(oneshot::Sender<()>),
}

impl PgViewedPlaces {
    /// The views of one database, and who writes what is noted: to be run once.
    pub(crate) fn new(pool: PgPool) -> (Self, Keeper) {
        let (queue, noted) = mpsc::channel(ROOM);
        let lost = Arc::<AtomicU64>::default();
        let keeper = Keeper::new(pool.clone(), noted, Arc::clone(&lost));
        (Self { pool, queue, lost }, keeper)
    }

    /// Removes at most `limit` views that are older than [`PlaceView::KEPT_HOURS`], and says how many.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn sweep_old(connection: &mut PgConnection, hour: i64, limit: u32) -> Result<u64, sqlx::Error> {
        let swept = sqlx::query(
            "delete from place_views where ctid = any(array( \
                 select ctid from place_views where hour < $1 order by hour limit $2))",
        )
        .bind(hour - PlaceView::KEPT_HOURS)
        .bind(i64::from(limit))
        .execute(connection)
        .await?;
        Ok(swept.rows_affected())
    }

    /// Removes at most `limit` views of those who have more than [`MOST_OF_A_PERSON`], the oldest first, and says how
    /// many. Only who has looked at something within the day is asked for: nobody else has got any more.
    ///
    /// # Errors
    /// If the database fails.
    pub(crate) async fn sweep_many(connection: &mut PgConnection, hour: i64, limit: u32) -> Result<u64, sqlx::Error> {
        let swept = sqlx::query(
            "delete from place_views where ctid = any(array( \
                 select v.ctid from (select distinct user_id from place_views where hour > $1) u \
                 cross join lateral ( \
                     select ctid from place_views where user_id = u.user_id \
                     order by hour desc, place_id offset $2 limit $3) v \
                 limit $3))",
        )
        .bind(hour - 24)
        .bind(MOST_OF_A_PERSON)
        .bind(i64::from(limit))
        .execute(connection)
        .await?;
        Ok(swept.rows_affected())
    }
}

/// Keeps views that are not kept already. Of closed accounts none are kept: what their last requests left behind in a
/// queue must not outlive what was forgotten. The log says who is closed: a view of it may be behind.
async fn keep(pool: &PgPool, views: &[PlaceView]) -> Result<(), sqlx::Error> {
    let users: Vec<Uuid> = views.iter().map(|view| view.user_id).collect();
    let places: Vec<Uuid> = views.iter().map(|view| view.place_id).collect();
    let hours: Vec<i64> = views.iter().map(|view| view.hour).collect();
    // In one order, so that two processes do not wait for each other.
    sqlx::query(
        "insert into place_views (user_id, place_id, hour) \
         select v.user_id, v.place_id, v.hour from unnest($1::uuid[], $2::uuid[], $3::bigint[]) v (user_id, place_id, hour) \
         where not exists (select from events e where e.aggregate_type = 'user' \
                           and e.aggregate_id = v.user_id::text and e.event_type = 'user.closed') \
         order by 1, 2, 3 on conflict do nothing",
    )
    .bind(users)
    .bind(places)
    .bind(hours)
    .execute(pool)
    .await
    .map(drop)
}

#[async_trait]
impl ViewedPlaces for PgViewedPlaces {
    fn note(&self, view: PlaceView) {
        if self.queue.try_send(Noted::View(view)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn settle(&self) {
        let (written, is_written) = oneshot::channel();
        let settling = async {
            self.queue.send(Noted::Settle(written)).await.ok()?;
            is_written.await.ok()
        };
        if !matches!(tokio::time::timeout(PATIENCE, settling).await, Ok(Some(()))) {
            tracing::debug!("views that were noted are not waited for any longer");
        }
    }

    async fn keep(&self, view: PlaceView) -> Result<(), PortError> {
        keep(&self.pool, &[view]).await.map_err(PortError::new)
    }

    async fn forget(&self, user_id: Uuid) -> Result<(), PortError> {
        let forget = "delete from place_views where user_id = $1";
        sqlx::query(forget).bind(user_id).execute(&self.pool).await.map(drop).map_err(PortError::new)
    }
}
