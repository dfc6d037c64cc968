//! The appender's counters on the page of metrics.

use api::{Metric, Metrics};

use crate::event_store::Appender;

/// Tells what the appender of this process has done.
pub(crate) struct AppenderMetrics(pub(crate) Appender);

impl Metrics for AppenderMetrics {
    fn now(&self) -> Vec<Metric> {
        let counters = self.0.counters();
        let metric = |name, help, value| Metric { name, help, value };
        vec![
            metric("hbnb_appender_batches_total", "Transactions that committed events.", counters.batches),
            metric("hbnb_appender_commands_total", "Commands that were decided on.", counters.commands),
            metric("hbnb_appender_events_total", "Events that were committed.", counters.events),
            metric("hbnb_appender_failures_total", "Attempts that failed.", counters.failures),
            metric("hbnb_appender_queued", "Commands that wait now.", counters.queued),
        ]
    }
}
