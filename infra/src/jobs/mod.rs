//! The durable job queue: work that outlives the process which decided on it, timers included.
//!
//! A job is enqueued inside the transaction that decided on it ([`JobQueue::enqueue`]), so it exists exactly if that
//! transaction committed. A [`Worker`] leases due jobs and runs them through a [`JobHandler`]: **at least once**, since
//! a process may die between doing the work and saying so. Handlers therefore work under idempotency keys.
//!
//! A worker serves one [`Lane`]: what calls out and waits for others never holds up a timer.
//!
//! What never happens here: a handler runs while its worker holds a database connection (the embedded database has
//! one); a job is dropped unseen (what fails too often is dead, which operators see and may retry); time is taken from
//! the database (every comparison is against the [`Clock`](commands::ports::clock::Clock)); the queue looks into a
//! payload or knows a kind.
//!
//! Why not a crate: `docs/adr/0003-job-queue.md`.

mod backoff;
mod error;
mod instant;
mod job;
mod operate;
mod queue;
mod reactor;
mod requests;
mod running;
mod settle;
mod tasks;
#[cfg(test)]
mod tests;
mod wakeup;
mod worker;

pub use backoff::Backoff;
pub use commands::ports::jobs::{JobCounts, JobRecord, JobState};
pub use error::QueueError;
pub use job::{Job, JobFailure, JobHandler, Lane, NewJob};
pub use queue::{Enqueued, JobQueue};
pub use reactor::JobReactor;
pub use settle::Settled;
pub use tasks::TaskHandler;
pub use worker::{Worker, WorkerSettings};
