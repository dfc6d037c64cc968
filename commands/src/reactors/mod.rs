//! Event in, jobs out: what shall happen later because something happened.
//!
//! A reactor is pure: it writes no stream and calls nobody. Its jobs are stored in the transaction that moves its
//! checkpoint, so each event is answered exactly once.

mod booking_timers;
mod review_pairs;
mod review_timers;
mod withdrawn_places;

use domain::RecordedEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something to do at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Unique: `reactor:position`. The same key twice is one job.
    pub key: String,
    /// Not before this.
    pub run_at: Timestamp,
    /// What to do.
    pub task: Task,
}

/// What a job does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Task {
    /// A request has passed its deadline.
    ExpireRequest {
        /// The booking.
        booking_id: Uuid,
    },
    /// A stay is over.
    CompleteStay {
        /// The booking.
        booking_id: Uuid,
    },
    /// A place was withdrawn: its requests of before are declined.
    DeclineRequests {
        /// The place.
        place_id: Uuid,
        /// The place's version when it was withdrawn.
        withdrawn: u64,
    },
    /// A stay was reviewed: if both reviews are in, they are published.
    PublishPair {
        /// The booking.
        booking_id: Uuid,
    },
    /// The time to review a stay is over: a review that is alone is published.
    PublishReview {
        /// The review.
        review_id: Uuid,
    },
    /// An account was closed: its sessions end, its credentials are forgotten, its places archived.
    WindUpAccount {
        /// Whose.
        user_id: Uuid,
        /// Where the log recorded it.
        position: u64,
    },
}

impl Task {
    /// The task's kind, as in its JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ExpireRequest { .. } => "expire_request",
            Self::CompleteStay { .. } => "complete_stay",
            Self::DeclineRequests { .. } => "decline_requests",
            Self::PublishPair { .. } => "publish_pair",
            Self::PublishReview { .. } => "publish_review",
            Self::WindUpAccount { .. } => "wind_up_account",
        }
    }
}

/// A named function from events to jobs.
#[derive(Debug, Clone, Copy)]
pub struct Reactor {
    /// The name of its checkpoint and the first part of its jobs' keys.
    pub name: &'static str,
    react: fn(&RecordedEvent) -> Option<(Timestamp, Task)>,
}

/// Every reactor of the house.
pub const REACTORS: &[Reactor] = &[
    Reactor { name: "booking-timers", react: booking_timers::react },
    Reactor { name: "withdrawn-places", react: withdrawn_places::react },
    Reactor { name: "review-pairs", react: review_pairs::react },
    Reactor { name: "review-timers", react: review_timers::react },
];

impl Reactor {
    /// The job that an event asks for.
    pub fn react(&self, event: &RecordedEvent) -> Option<NewJob> {
        let (run_at, task) = (self.react)(event)?;
        Some(NewJob { key: format!("{}:{}", self.name, event.position), run_at, task })
    }
}
