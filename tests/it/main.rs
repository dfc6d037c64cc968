//! Whole flows over HTTP against the real program; folders mirror the URLs.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on fails, and says why"
)]

mod admin;
mod amenities;
mod auth;
mod bookings;
mod command_line;
mod conventions;
mod journey;
mod model;
mod places;
mod processes;
mod reviews;
mod security;
mod tidy;
mod users;
