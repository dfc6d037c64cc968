//! Whole flows over HTTP against the real program; folders mirror the URLs.

mod auth;
mod bookings;
mod command_line;
mod conventions;
mod journey;
mod model;
mod places;
mod processes;
mod tidy;
mod users;
