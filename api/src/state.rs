//! What the handlers share.

use std::sync::Arc;
use std::time::Duration;

use commands::{Commands, Done};
use ipnet::IpNet;
use projections::Views;

use crate::admin::History;
use crate::answer::{Receipt, Settling};
use crate::health::Readiness;
use crate::layers::{Panics, RateLimiter};

/// Everything behind the API; cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    /// The write side.
    pub commands: Commands,
    /// The read side.
    pub views: Views,
    /// The log itself, for auditors.
    pub history: Arc<dyn History>,
    /// What else must be well for the server to be ready.
    pub readiness: Arc<dyn Readiness>,
    /// Counts calls; `None` switches limits off.
    pub limiter: Option<Arc<dyn RateLimiter>>,
    /// Counts the handlers that panicked.
    pub panics: Panics,
    /// What the operator chose.
    pub settings: Arc<Settings>,
}

/// What the operator of a server chooses.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Origins of web pages that may call, such as `https://www.example.org`; pages of this server always may.
    pub cors_origins: Vec<String>,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The longest time that a request may take; the operator's own requests may take longer.
    pub deadline: Duration,
    /// Positions that a view may be behind the log while the server still counts as ready.
    pub ready_lag: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            deadline: Duration::from_secs(10),
            ready_lag: 10_000,
        }
    }
}

impl ApiState {
    /// The receipt of a command that is done, once the views have caught up.
    pub(crate) async fn settle(&self, done: Done, settling: Settling) -> Receipt {
        Receipt::of(&self.views, done, settling).await
    }
}
