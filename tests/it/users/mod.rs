//! `/users`

mod me;
mod public;
