//! The log on real storage. Tests that need several connections run on the PostgreSQL that `DATABASE_URL` names, each
//! on a database of its own; those that one connection can show run on the embedded database too.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod claims;
mod connecting;
mod failures;
mod idempotency;
mod lifting;
mod limits;
mod order;
mod people;
mod proxy;
mod reading;
mod support;
mod versions;
mod waking;
