//! `/health`.

mod ready;
