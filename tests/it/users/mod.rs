//! `/users`

mod me;
mod public;
mod sessions;
