//! One round of feeding: whatever there is to do, until nothing is left.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::ledger::{Begun, Held, Lease, Situation};
use super::{Feeder, RoundError};
use crate::engine::{MAX_ATTEMPTS, chain};
use crate::search::IndexError;
use crate::search::documents::{self, Bookmark, Changes};

/// Places that are written together: few while somebody may wait for one of them, many while an index is being filled.
const BATCH: u32 = 500;
const FILLING_BATCH: u32 = 1_000;
/// How often the lease is renewed while the engine works.
const RENEW_EVERY: Duration = Duration::from_secs(8);

/// What a round came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    /// There was nothing to do, or somebody else is at it, or it is too early to try again.
    Idle,
    /// Everything that there was to do is done.
    Worked,
}

/// What one step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// There is more to do at once.
    More,
    /// There is not.
    Done,
}

impl Feeder {
    /// Does what there is to do. `check` looks, too, whether the engine still has the indexes; `stopping` ends it early.
    pub(super) async fn round(&self, check: bool, stopping: &watch::Receiver<bool>) -> Result<Round, RoundError> {
        let situation = self.look().await?;
        if !situation.may_begin || !(check || situation.wants_work()) {
            return Ok(Round::Idle);
        }
        let Some(lease) = self.take_lease().await? else { return Ok(Round::Idle) };
        let outcome = self.work(lease, &situation, stopping).await;
        match &outcome {
            Ok(()) => {
                self.succeed(lease).await?;
                if lease.attempts > 0 {
                    tracing::info!(index = self.name(), attempts = lease.attempts, "the search index is fed again");
                }
            }
            Err(RoundError::Index(error)) => self.note(lease, error).await?,
            Err(RoundError::Stopped) => self.release(lease).await?,
            // If the database does not hear it either, the lease runs out.
            Err(RoundError::Database(_)) => self.release(lease).await?,
            Err(RoundError::Lost) => {}
        }
        outcome.map(|()| Round::Worked)
    }

    /// Logged at the first failure, and when it begins to look lasting; what was tried in between is in the ledger.
    async fn note(&self, lease: Lease, error: &IndexError) -> Result<(), RoundError> {
        let is_silent = matches!(error, IndexError::Unheard { .. });
        let failures = self.fail(lease, &chain(error), is_silent).await?;
        if failures == 1 || failures == MAX_ATTEMPTS {
            let error = error as &dyn std::error::Error;
            tracing::warn!(index = self.name(), failures, error, "the search index cannot be fed; trying again");
        }
        Ok(())
    }

    async fn work(
        &self,
        lease: Lease,
        situation: &Situation,
        stopping: &watch::Receiver<bool>,
    ) -> Result<(), RoundError> {
        self.check(lease, situation, stopping).await?;
        loop {
            let now = self.look().await?;
            if now.may_mend {
                self.mend(lease).await?;
                continue;
            }
            for held in now.outdated() {
                tracing::info!(
                    index = self.name(),
                    uid = held.uid,
                    "a view was rebuilt; the search index is filled anew"
                );
                self.retire(&held.uid).await?;
            }
            if now.outdated().next().is_some() {
                continue;
            }
            let mut step = Step::Done;
            if let Some(live) = now.live.as_ref().filter(|live| live.position < now.views) {
                let fed = self.feed(lease, live, BATCH, stopping).await?;
                step = if fed.is_some_and(|position| position >= now.views) { Step::Done } else { Step::More };
            }
            step = step.and(self.renew_index(lease, &now, stopping).await?);
            for uid in &now.rubbish {
                self.working(lease, stopping, self.index.delete(uid)).await?;
                self.forget(uid).await?;
            }
            if step == Step::Done {
                return Ok(self.retire_abandoned().await?);
            }
        }
    }

    async fn check(
        &self,
        lease: Lease,
        situation: &Situation,
        stopping: &watch::Receiver<bool>,
    ) -> Result<(), RoundError> {
        for held in situation.in_use().filter(|held| held.mark.is_some()) {
            self.is_as_made(lease, held, stopping).await?;
        }
        Ok(())
    }

    /// An index that is gone, or not the one that was made, is asked no more: a new one is filled.
    async fn is_as_made(
        &self,
        lease: Lease,
        held: &Held,
        stopping: &watch::Receiver<bool>,
    ) -> Result<bool, RoundError> {
        let is_as_made = self.working(lease, stopping, self.index.mark(&held.uid)).await? == held.mark;
        if !is_as_made {
            tracing::warn!(index = self.name(), uid = held.uid, "the search index is gone; it is filled anew");
            self.retire(&held.uid).await?;
        }
        Ok(is_as_made)
    }

    /// The next step of a new index: put down, made, filled, asked.
    async fn renew_index(
        &self,
        lease: Lease,
        now: &Situation,
        stopping: &watch::Receiver<bool>,
    ) -> Result<Step, RoundError> {
        match (&now.filling, &now.live) {
            (None, Some(_)) => return Ok(Step::Done),
            (None, None) => {
                self.begin().await?;
            }
            (Some(filling), _) if filling.mark.is_none() => {
                let mark = self.working(lease, stopping, self.index.create(&filling.uid)).await?;
                self.made(&filling.uid, &mark).await?;
            }
            (Some(filling), _) if filling.is_full_but_doubted(now.views) => return Ok(Step::Done),
            (Some(filling), _) => {
                let Some(position) = self.feed(lease, filling, FILLING_BATCH, stopping).await? else {
                    return Ok(Step::More);
                };
                // While the log grows nothing is ever at its end; being where the views were a moment ago will do.
                let is_full = position >= now.views && !filling.is_doubted;
                if is_full && self.promote(lease, &Held { position, ..filling.clone() }).await? {
                    tracing::info!(index = self.name(), uid = filling.uid, position, "a new search index is asked");
                }
            }
        }
        Ok(Step::More)
    }

    /// Writes what the log has changed next. Returns up to where the index contains it then, or nothing where it is gone.
    async fn feed(
        &self,
        lease: Lease,
        held: &Held,
        batch: u32,
        stopping: &watch::Receiver<bool>,
    ) -> Result<Option<u64>, RoundError> {
        let mut begun = None;
        let fed = self.feed_batches(lease, held, batch, &mut begun, stopping).await;
        if matches!(fed, Err(RoundError::Lost)) && begun.is_some() {
            // What whoever has taken over has written may just have been overwritten with something older, or be so yet.
            self.doubt(held).await?;
        }
        fed
    }

    /// Writes a batch, or as many as one position needs: a host may have thousands of places, which change together.
    async fn feed_batches(
        &self,
        lease: Lease,
        held: &Held,
        batch: u32,
        begun: &mut Option<Begun>,
        stopping: &watch::Receiver<bool>,
    ) -> Result<Option<u64>, RoundError> {
        let mut behind = Bookmark::behind(held.position);
        loop {
            let changes = documents::changes(&self.pool, behind, batch, self.index.first_night()).await?;
            if !self.write(lease, held, &changes, begun, stopping).await? {
                return Ok(None);
            }
            let position = changes.position.max(held.position);
            match changes.rest {
                Some(rest) if position == held.position => behind = rest,
                Some(_) | None => {
                    self.advance(lease, held, position, *begun).await?;
                    return Ok(Some(position));
                }
            }
        }
    }

    /// Whether it is the index that was made: to write to one that the engine has lost makes another of its uid, with other
    /// settings.
    async fn write(
        &self,
        lease: Lease,
        held: &Held,
        changes: &Changes,
        begun: &mut Option<Begun>,
        stopping: &watch::Receiver<bool>,
    ) -> Result<bool, RoundError> {
        if changes.documents.is_empty() && changes.gone.is_empty() {
            return Ok(true);
        }
        let now = *begun.insert(self.begin_write(lease, held, *begun).await?);
        let write = self.index.write(&held.uid, &changes.documents, &changes.gone);
        let written = self.working(lease, stopping, write).await;
        if let Err(RoundError::Index(IndexError::Failed { .. } | IndexError::Declined { .. })) = &written {
            // Nothing of it will be done later than what is written next.
            self.advance(lease, held, held.position, Some(now)).await?;
        }
        written?;
        self.is_as_made(lease, held, stopping).await
    }

    /// Waits for the engine and keeps the lease meanwhile.
    async fn working<T>(
        &self,
        lease: Lease,
        stopping: &watch::Receiver<bool>,
        work: impl Future<Output = Result<T, IndexError>>,
    ) -> Result<T, RoundError> {
        let mut work = std::pin::pin!(work);
        let mut stop = std::pin::pin!(told_to_stop(stopping.clone()));
        let mut beat = interval(RENEW_EVERY);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        loop {
            tokio::select! {
                biased;
                done = &mut work => return Ok(done?),
                () = &mut stop => return Err(RoundError::Stopped),
                _ = beat.tick() => self.renew(lease).await?,
            }
        }
    }
}

impl Step {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Done, Self::Done) => Self::Done,
            (Self::More, _) | (_, Self::More) => Self::More,
        }
    }
}

/// Never returns where nobody is left to say so.
async fn told_to_stop(mut stopping: watch::Receiver<bool>) {
    if stopping.wait_for(|stopping| *stopping).await.is_err() {
        std::future::pending::<()>().await;
    }
}
