//! Meilisearch behind the port of the search: an index of places that answers questions and is fed by
//! [`projections::search::Feeder`].
//!
//! The `meilisearch-sdk` speaks over a transport of our own (`http`): its own one has no deadlines, and allocates 8 MiB
//! for every request. What a client typed reaches a filter only through `filter`, and a query only as bare words.

mod document;
mod error;
mod filter;
mod find;
mod http;
mod nearest;
mod readable;
mod rest;
mod settings;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;
use std::time::Duration;

use commands::ports::clock::Clock;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use meilisearch_sdk::client::Client;
use tokio::sync::Notify;

use crate::config::Secret;
use http::Http;
use rest::Rest;

pub use error::SetupError;

/// How the engine is called in answers, lists and logs.
pub const NAME: &str = "meilisearch";

/// A search that takes longer is answered by the database.
const SEARCH_DEADLINE: Duration = Duration::from_secs(1);
/// For requests that feed: a batch of documents is some megabytes.
const FEED_DEADLINE: Duration = Duration::from_secs(30);

/// The index of places in a Meilisearch. Cheap to clone.
#[derive(Clone)]
pub struct Meilisearch {
    asking: Client<Http>,
    feeding: Client<Http>,
    /// The transport of `feeding`, for what the SDK has no words for.
    http: Http,
    url: String,
    rest: Arc<Rest>,
    missed: Arc<Notify>,
    clock: Arc<dyn Clock>,
}

impl Meilisearch {
    /// The Meilisearch at `url`; nothing is asked of it yet.
    ///
    /// # Errors
    /// [`SetupError`] where the key can be no key.
    pub fn new(url: &Secret, key: Option<&Secret>, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        let url = url.expose().trim_end_matches('/').to_owned();
        let http = Http::new(key, FEED_DEADLINE)?;
        let client = |http: Http| Client::new_with_client(&url, None::<String>, http);
        let (asking, feeding) = (client(http.within(SEARCH_DEADLINE)), client(http.clone()));
        Ok(Self { asking, feeding, http, url, rest: Arc::default(), missed: Arc::default(), clock })
    }

    /// The day before today, in UTC: west of it, that still is today.
    fn first_night(&self) -> Date {
        let today = self.clock.now().to_zoned(TimeZone::UTC).date();
        today.saturating_sub(1.day())
    }
}
