//! The views against a real PostgreSQL: given events, then rows.
//!
//! Each test has a database of its own, beside the one that `DATABASE_URL` names; without it they say so and pass.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "these are tests")]

mod amenities;
mod asking;
mod availability;
mod bookings;
mod cache;
mod discovery;
mod doubts;
mod engine;
mod events;
mod feeding;
mod harness;
mod histories;
mod operating;
mod places;
mod plans;
mod reviews;
mod search;
mod stepping;
mod users;
mod waiting;
