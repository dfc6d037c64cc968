//! What surrounds every request, a file per concern; [`crate::router`] puts them in order.

mod cache;
mod client;
mod cors;
mod deadline;
mod drain;
mod envelope;
mod finished;
mod panics;
mod rate_limit;
mod request_id;
mod security;
#[cfg(test)]
mod tests;

pub(crate) use cache::cache_headers;
pub use client::Client;
pub(crate) use cors::cors;
pub(crate) use deadline::deadline;
pub(crate) use drain::drain;
pub(crate) use envelope::envelope;
pub(crate) use finished::finished;
pub use panics::Panics;
pub use rate_limit::{Bucket, InMemoryLimiter, LimiterError, Quota, RateLimiter, WINDOW};
pub(crate) use rate_limit::{RateLimiting, limited};
pub(crate) use request_id::RequestId;
pub(crate) use security::security_headers;
