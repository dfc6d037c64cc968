//! Whole flows over HTTP against the real program; folders mirror the URLs.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and says why"
)]
#![allow(clippy::duplicate_mod, reason = "the tests of the search are those of each engine")]

mod admin;
mod amenities;
mod auth;
mod bookings;
mod command_line;
mod conventions;
mod discovery;
mod health;
mod journey;
mod model;
mod places;
mod processes;
mod reviews;
mod search;
mod security;
mod tidy;
mod users;
