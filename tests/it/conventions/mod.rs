//! What every endpoint keeps to.

mod caching;
mod concurrent;
mod documents;
mod envelope;
mod own_writes;
mod rate_limits;
