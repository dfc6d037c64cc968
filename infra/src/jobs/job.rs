//! A job before it is enqueued, while it is leased, and what runs it.

use std::error::Error;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;

/// Which workers take a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// It needs nothing but the house itself: timers and what follows from events.
    House,
    /// It calls out, to a mail server say, and may have to wait for as long as its deadline allows.
    Outside,
}

impl Lane {
    /// As it is stored.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::House => "house",
            Self::Outside => "outside",
        }
    }
}

/// What is to be done, and not before when.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Tells handlers apart; the queue does not interpret it.
    pub kind: String,
    /// Names the reason for the job, such as `reactor:position`: a repeat under the same key adds nothing, from the
    /// moment it is enqueued until a week after it is done.
    pub key: String,
    /// What the handler needs, without personal data: rows are plain text.
    pub payload: Value,
    /// The job is due from then on; a time in the past is due at once.
    pub run_at: Timestamp,
    /// Leases before the job is given up; at least 1.
    pub max_attempts: u16,
    /// Who takes it.
    pub lane: Lane,
}

impl NewJob {
    /// With the default backoff, about eight hours of failing before the job is dead.
    pub const DEFAULT_MAX_ATTEMPTS: u16 = 20;

    /// A job of the house with the default number of attempts.
    pub fn new(kind: impl Into<String>, key: impl Into<String>, payload: Value, run_at: Timestamp) -> Self {
        let (max_attempts, lane) = (Self::DEFAULT_MAX_ATTEMPTS, Lane::House);
        Self { kind: kind.into(), key: key.into(), payload, run_at, max_attempts, lane }
    }
}

/// A leased job: nobody else runs it until the lease ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The queue's own number; grows with every enqueued job.
    pub id: i64,
    /// As enqueued.
    pub kind: String,
    /// As enqueued; the same in every attempt, so that it can serve as an idempotency key.
    pub key: String,
    /// As enqueued.
    pub payload: Value,
    /// When this attempt was due.
    pub run_at: Timestamp,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// 1 for the first.
    pub attempt: u32,
    /// The attempt after which a failure is final.
    pub max_attempts: u32,
    /// Names this lease among all of the job's: see [`JobQueue::complete`](super::JobQueue::complete).
    pub(super) fence: i64,
}

/// Why a handler did not do the job.
#[derive(Debug, thiserror::Error)]
pub enum JobFailure {
    /// May succeed later: a dependency was away, somebody else was faster.
    #[error("the job failed and may be tried again")]
    Retry(#[source] Box<dyn Error + Send + Sync>),
    /// Will never succeed: the job is dead at once.
    #[error("the job failed for good")]
    Final(#[source] Box<dyn Error + Send + Sync>),
}

/// Does jobs. Called at least once per job, perhaps again after it succeeded.
#[async_trait]
pub trait JobHandler: Send + Sync {
    /// Does the job, within the worker's deadline: what is still running then is dropped and tried again.
    ///
    /// # Errors
    /// [`JobFailure`], whose text (never personal data) is stored with the job.
    async fn run(&self, job: &Job) -> Result<(), JobFailure>;
}
