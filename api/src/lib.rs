//! The HTTP side of HBNB: a file per verb, and the conventions that hold for all of them.
//!
//! A request passes the layers in the order of [`router`], is read by extractors into values of the domain, goes to a
//! use case of `commands` or a query of `projections`, and is answered in one envelope. This crate knows nothing of
//! SQL, of the adapters behind the ports, or of how the process was started.

mod admin;
mod amenities;
mod answer;
mod auth;
mod blocks;
mod bookings;
mod caller;
mod discovery;
mod docs;
mod failure;
mod health;
mod input;
mod layers;
mod metrics;
mod openapi;
mod places;
mod request;
mod reviews;
mod router;
mod search;
mod state;
#[cfg(test)]
mod testing;
mod users;

pub use caller::LocalOperator;
pub use layers::{Bucket, Client, InMemoryLimiter, LimiterError, Panics, Quota, RateLimiter, WINDOW};
pub use metrics::{Metric, Metrics};
pub use router::router;
pub use state::{ApiState, Settings};
