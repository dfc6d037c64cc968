//! `/users`

mod calendar;
mod me;
mod public;
mod sessions;
