//! The queue on a real PostgreSQL (`DATABASE_URL`; a database per test), under a clock that the tests turn.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod backoff;
mod desk;
#[cfg(feature = "embedded")]
mod embedded;
mod enqueueing;
mod leases;
mod operators;
mod reactors;
mod retries;
mod stopping;
mod timers;
mod workers;
