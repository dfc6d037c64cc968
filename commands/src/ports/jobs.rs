//! The queue of jobs as whoever operates the house sees it.

use std::str::FromStr;

use async_trait::async_trait;
use domain::Invalid;
use jiff::Timestamp;
use serde_json::Value;

use super::PortError;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    /// Waits for its time, or for a worker.
    Ready,
    /// A worker has it.
    Leased,
    /// Done; forgotten after a week.
    Done,
    /// Given up; kept until an operator retries or discards it.
    Dead,
}

/// A job as the queue tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRecord {
    /// The queue's own number.
    pub id: i64,
    /// What it does, such as `expire_request`.
    pub kind: String,
    /// Unique: what asked for it, such as `booking-timers:4711`.
    pub key: String,
    /// What it is about: ids, no personal data.
    pub payload: Value,
    /// Where it stands.
    pub state: JobState,
    /// When it is, or last was, due.
    pub run_at: Timestamp,
    /// When its worker loses it; only while leased.
    pub leased_until: Option<Timestamp>,
    /// Attempts so far, the running one included.
    pub attempts: u32,
    /// Attempts it may have.
    pub max_attempts: u32,
    /// Why the latest failed attempt failed.
    pub last_error: Option<String>,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it was done or given up.
    pub finished_at: Option<Timestamp>,
}

/// The queue at a glance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// Ready, due or not.
    pub ready: u64,
    /// Of the ready ones: due.
    pub due: u64,
    /// With a worker.
    pub leased: u64,
    /// Given up.
    pub dead: u64,
    /// Since when the longest waiting due job is due.
    pub oldest_due: Option<Timestamp>,
}

/// Looks after jobs that gave up.
#[async_trait]
pub trait JobDesk: Send + Sync {
    /// Up to `limit` (at most 1,000) jobs in this state, in order of their numbers, from after `after_id` (0 for the
    /// first).
    ///
    /// # Errors
    /// When the queue cannot be reached.
    async fn list(&self, state: JobState, after_id: i64, limit: u16) -> Result<Vec<JobRecord>, PortError>;

    /// How many jobs stand where. Done ones are not counted.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    async fn counts(&self) -> Result<JobCounts, PortError>;

    /// Gives a dead job all its attempts anew, from now on. False: there is no dead job of this number.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    async fn retry(&self, id: i64) -> Result<bool, PortError>;

    /// Forgets a dead job. False: there is no dead job of this number.
    ///
    /// # Errors
    /// When the queue cannot be reached.
    async fn discard(&self, id: i64) -> Result<bool, PortError>;
}

impl JobState {
    /// The state's name, in the table and in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Leased => "leased",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

impl FromStr for JobState {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        match name {
            "ready" => Ok(Self::Ready),
            "leased" => Ok(Self::Leased),
            "done" => Ok(Self::Done),
            "dead" => Ok(Self::Dead),
            _ => Err(Invalid::new("unknown_state", "Must be ready, leased, done or dead.")),
        }
    }
}
