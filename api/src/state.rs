//! What the handlers share.

use std::sync::Arc;
use std::time::Duration;

use commands::ports::jobs::JobCounts;
use commands::{Commands, Done};
use ipnet::IpNet;
use projections::Views;
use projections::search::Search;

use crate::answer::{Receipt, Settling};
use crate::layers::{InMemoryLimiter, Panics, RateLimiter};
use crate::metrics::{Metrics, Recent, Traffic};

/// How old the numbers of jobs may be that `/metrics` tells.
const COUNTS_HOLD: Duration = Duration::from_secs(1);

/// Everything behind the API; cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    pub(crate) commands: Commands,
    pub(crate) views: Views,
    pub(crate) search: Search,
    pub(crate) limiter: Option<Arc<dyn RateLimiter>>,
    pub(crate) panics: Panics,
    pub(crate) traffic: Traffic,
    pub(crate) job_counts: Recent<JobCounts>,
    pub(crate) metrics: Option<Arc<dyn Metrics>>,
    pub(crate) settings: Arc<Settings>,
}

/// What the operator of a server chooses.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Origins of web pages that may call, such as `https://www.example.org`; pages of this server always may.
    pub cors_origins: Vec<String>,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether calls are counted and limited.
    pub rate_limits: bool,
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
            rate_limits: true,
            deadline: Duration::from_secs(10),
            ready_lag: 10_000,
        }
    }
}

impl ApiState {
    /// The API over both sides of the house; calls are counted in this process, if at all.
    pub fn new(commands: Commands, views: Views, settings: Settings) -> Self {
        let limiter = settings.rate_limits.then(|| Arc::new(InMemoryLimiter::default()) as Arc<dyn RateLimiter>);
        let (panics, traffic) = (Panics::default(), Traffic::default());
        let (search, job_counts) = (Search::new(views.clone()), Recent::holding(COUNTS_HOLD));
        let settings = Arc::new(settings);
        Self { commands, views, search, limiter, panics, traffic, job_counts, metrics: None, settings }
    }

    /// The same with calls counted elsewhere, such as for several processes together.
    #[must_use]
    pub fn limited_by(self, limiter: Arc<dyn RateLimiter>) -> Self {
        Self { limiter: self.limiter.and(Some(limiter)), ..self }
    }

    /// The same with places found by `search`.
    #[must_use]
    pub fn searching_by(self, search: Search) -> Self {
        Self { search, ..self }
    }

    /// The same, with what `metrics` counts on the page of metrics.
    #[must_use]
    pub fn with_metrics(self, metrics: Arc<dyn Metrics>) -> Self {
        Self { metrics: Some(metrics), ..self }
    }

    /// How many requests have panicked.
    pub fn panics(&self) -> u64 {
        self.panics.count()
    }

    /// The receipt of a command that is done, once the views have caught up.
    pub(crate) async fn settle(&self, done: Done, settling: Settling) -> Receipt {
        Receipt::of(&self.views, done, settling).await
    }
}
