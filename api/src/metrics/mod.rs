//! `GET /metrics`: what the server counts, as Prometheus reads it.

mod cache;
mod page;
mod recent;
mod show;
mod traffic;

use axum::Router;
use axum::routing::get;

pub(crate) use recent::Recent;
pub(crate) use traffic::Traffic;

use crate::state::ApiState;

/// A number that something behind the API counts, such as the appender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name, as Prometheus has it: `hbnb_appender_events_total`.
    pub name: &'static str,
    /// One sentence on what it is.
    pub help: &'static str,
    /// Now.
    pub value: u64,
}

/// Counts something that `/metrics` should tell. A name that ends in `_total` only grows.
pub trait Metrics: Send + Sync {
    /// The numbers now. Answers at once.
    fn now(&self) -> Vec<Metric>;
}

/// Outside the base path, and outside the document of the API: it is for machines of the operator.
pub(crate) fn routes() -> Router<ApiState> {
    Router::new().route("/metrics", get(show::metrics))
}
