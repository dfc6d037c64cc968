//! Who drives the steps: a worker, and whoever waits for its own write.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use sqlx::{PgConnection, PgPool};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tokio::time::{sleep_until, timeout_at};

use super::checkpoint::{self, Checkpoint};
use super::pacing::Backoff;
use super::status::{self, ProjectionState};
use super::step::{StepError, step};
use super::{Feed, Projection, ProjectionStatus};
use crate::ReadError;

/// A set of projections over one database. Cheap to clone; the clones share one driver.
#[derive(Clone)]
pub struct Projectors(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) pool: PgPool,
    pub(super) feed: Arc<dyn Feed>,
    pub(super) projections: Vec<Arc<dyn Projection>>,
    /// Within a process one drives at a time: others would only find the checkpoints locked, each holding a connection.
    driver: Arc<Mutex<()>>,
    reached: watch::Sender<Reached>,
    /// Since when the database server has lost nothing that it committed, as last asked.
    whole_since: AtomicI64,
}

/// How far the projections are, as far as this process knows.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Reached {
    /// All of them held the log up to here when they were last looked at. It goes back when the database failed.
    position: u64,
    /// Where the first of those stands that have stopped.
    stopped: Option<u64>,
}

/// How waiting for the views ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// Every view contains the position.
    Reached,
    /// A view does not contain it yet: time is up, or the view has stopped, or the database is away.
    Behind,
}

/// What one round of driving did.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub(super) advanced: bool,
    /// There is likely more to do at once.
    pub(super) full: bool,
}

impl Projectors {
    /// Projections that read `feed` and write through `pool`; nothing runs until [`run`](Self::run) or
    /// [`wait_for`](Self::wait_for).
    pub fn new(pool: PgPool, feed: Arc<dyn Feed>, projections: Vec<Arc<dyn Projection>>) -> Self {
        let (reached, _) = watch::channel(Reached::default());
        let (driver, whole_since) = (Arc::default(), AtomicI64::default());
        Self(Arc::new(Shared { pool, feed, projections, driver, reached, whole_since }))
    }

    /// Makes the checkpoints of projections that never ran. Do so before the first command is accepted: a reactor
    /// starts behind the events that the log has then.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn prepare(&self) -> Result<(), ReadError> {
        let mut conn = self.0.pool.acquire().await?;
        let head = self.0.feed.head(&mut conn).await?;
        Ok(checkpoint::create_missing(&mut conn, &self.0.projections, head).await?)
    }

    /// Waits until every projection holds the log up to `position`.
    ///
    /// The waiter drives: a wake-up can be lost to a projector that is just finishing another batch, in this process or
    /// in another. So until the position is reached, one of this process's waiters at a time tries the checkpoints
    /// itself, every 5 to 50 ms and with no connection held in between; the others hear of its progress. It never
    /// fails: whoever asks has written already, and is only told that the views are behind.
    pub async fn wait_for(&self, position: u64, deadline: Instant) -> Waited {
        let mut reached = self.0.reached.subscribe();
        let mut backoff = Backoff::new(Duration::from_millis(10), Duration::from_millis(50));
        let deadline = deadline.into();
        // What was heard of stopped projections before this call may be out of date.
        let mut heard = false;
        loop {
            let now = *reached.borrow_and_update();
            if now.position >= position {
                return Waited::Reached;
            }
            let stopped = heard && now.stopped.is_some_and(|there| there < position);
            if stopped || tokio::time::Instant::now() >= deadline {
                return Waited::Behind;
            }
            let drove = timeout_at(deadline, self.try_drive(position)).await.unwrap_or_default();
            heard |= drove.is_some();
            if drove.is_none_or(|round| !round.advanced) && !reached.has_changed().unwrap_or(false) {
                let pause = tokio::time::Instant::now() + backoff.pause();
                tokio::select! {
                    _ = reached.changed() => heard = true,
                    () = sleep_until(pause.min(deadline)) => {}
                }
            }
        }
    }

    /// One round towards `position`, unless somebody else in this process drives.
    async fn try_drive(&self, position: u64) -> Option<Round> {
        let driver = self.0.driver.clone().try_lock_owned().ok()?;
        let shared = self.0.clone();
        // In a task of its own: a waiter that goes away would otherwise break off a transaction half-way.
        let round = tokio::spawn(async move {
            let mut conn = shared.pool.acquire().await?;
            shared.drive(&mut conn, position, driver).await
        });
        match round.await {
            Ok(Ok(round)) => Some(round),
            Ok(Err(error)) => {
                self.forget();
                tracing::debug!(error = &error as &dyn std::error::Error, "a waiter could not drive the projections");
                None
            }
            Err(broken) => {
                tracing::error!(error = &broken as &dyn std::error::Error, "driving the projections broke off");
                None
            }
        }
    }

    /// Views commit without waiting for the disk: a database that comes back from a crash may have lost the last of
    /// them, so nothing that was heard before counts any more.
    fn forget(&self) {
        self.0.reached.send_modify(|reached| *reached = Reached::default());
    }

    /// One round towards the log's head.
    pub(super) async fn drive_to_head(&self) -> Result<Round, StepError> {
        let outcome = self.try_drive_to_head().await;
        if outcome.is_err() {
            self.forget();
        }
        outcome
    }

    async fn try_drive_to_head(&self) -> Result<Round, StepError> {
        let driver = self.0.driver.clone().lock_owned().await;
        let mut conn = self.0.pool.acquire().await?;
        let head = self.0.feed.head(&mut conn).await?;
        self.0.drive(&mut conn, head, driver).await
    }

    /// The last position of the log; 0 while it is empty. Whoever asks before [`wait_for`](Self::wait_for) does not
    /// rely on what the views held before the database server crashed.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn head(&self) -> Result<u64, ReadError> {
        let mut conn = self.0.pool.acquire().await?;
        let whole_since = checkpoint::server_whole_since(&mut conn).await?;
        if self.0.whole_since.swap(whole_since, Ordering::Relaxed) != whole_since {
            self.forget();
        }
        Ok(self.0.feed.head(&mut conn).await?)
    }

    /// Where each projection of the database stands, those of others included, by name.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn status(&self) -> Result<Vec<ProjectionStatus>, ReadError> {
        let mut conn = self.0.pool.acquire().await?;
        let mut all = status::all(&mut conn).await?;
        let head = self.0.feed.head(&mut conn).await?;
        for status in &mut all {
            status.lag = head.saturating_sub(status.position);
            status.serves = self.0.projections.iter().any(|p| p.name() == status.name && p.version() == status.version);
        }
        Ok(all)
    }
}

impl Shared {
    /// One step for each group of projections that stand at the same position before `target`.
    async fn drive(
        &self,
        conn: &mut PgConnection,
        target: u64,
        driver: OwnedMutexGuard<()>,
    ) -> Result<Round, StepError> {
        let mut checkpoints = self.checkpoints(conn).await?;
        self.publish(&checkpoints);
        let mut round = Round::default();
        for group in groups_before(target, &checkpoints, &self.projections) {
            let stepped = step(conn, self.feed.as_ref(), &group).await?;
            round.advanced |= !stepped.written.is_empty();
            round.full |= stepped.full;
            for written in stepped.written {
                checkpoints.retain(|known| (&known.name, known.version) != (&written.name, written.version));
                checkpoints.push(written);
            }
        }
        self.publish_and_release(&checkpoints, driver);
        Ok(round)
    }

    async fn checkpoints(&self, conn: &mut PgConnection) -> Result<Vec<Checkpoint>, StepError> {
        let known = checkpoint::load(conn, &self.projections).await?;
        if known.len() == self.projections.len() {
            return Ok(known);
        }
        let head = self.feed.head(conn).await?;
        checkpoint::create_missing(conn, &self.projections, head).await?;
        Ok(checkpoint::load(conn, &self.projections).await?)
    }

    fn publish(&self, checkpoints: &[Checkpoint]) {
        let now = Reached::of(checkpoints);
        // Telling only news: waiters that wake each other for nothing would hammer the database together.
        self.reached.send_if_modified(|reached| std::mem::replace(reached, now) != now);
    }

    /// Released before it is heard, so that whoever is not served by this round drives the next one at once; and while
    /// it is told, so that no later round's news is replaced by this one's.
    fn publish_and_release(&self, checkpoints: &[Checkpoint], driver: OwnedMutexGuard<()>) {
        let now = Reached::of(checkpoints);
        self.reached.send_if_modified(|reached| {
            drop(driver);
            std::mem::replace(reached, now) != now
        });
    }
}

impl Reached {
    /// Not the furthest that was ever seen: views commit without waiting for the disk, and a checkpoint that stands
    /// further back than before says what a crash took.
    fn of(checkpoints: &[Checkpoint]) -> Self {
        let position = checkpoints.iter().map(|checkpoint| checkpoint.position).min().unwrap_or(0);
        let failed = checkpoints.iter().filter(|checkpoint| checkpoint.state == ProjectionState::Failed);
        let stopped = failed.map(|checkpoint| checkpoint.position).min();
        Self { position, stopped }
    }
}

/// The projections that may advance and stand before `target`, those at the same position together: they read the
/// same batch once. The foremost come first, so that one far behind holds nobody up.
fn groups_before(
    target: u64,
    checkpoints: &[Checkpoint],
    projections: &[Arc<dyn Projection>],
) -> Vec<Vec<Arc<dyn Projection>>> {
    let behind: Vec<_> = checkpoints.iter().filter(|c| c.may_advance() && c.position < target).collect();
    let mut positions: Vec<u64> = behind.iter().map(|checkpoint| checkpoint.position).collect();
    positions.sort_unstable_by(|a, b| b.cmp(a));
    positions.dedup();
    let at = |position| {
        let here = |p: &&Arc<dyn Projection>| behind.iter().any(|c| c.position == position && c.is_of(p.as_ref()));
        projections.iter().filter(here).cloned().collect()
    };
    positions.into_iter().map(at).collect()
}
