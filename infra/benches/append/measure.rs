//! Rounds and their figures.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::contestants::{Contestant, Writer};

/// What one round, or the median of several, showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    p50: f64,
    p99: f64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:.0} ({:.1}, {:.1})", self.per_second, self.p50, self.p99))
    }
}

/// Lets `writers` append for a fifth of `length` unmeasured, to warm up, and then for `length`.
pub(crate) async fn round(contestant: &Arc<Contestant>, writers: usize, length: Duration) -> Figures {
    let from = Instant::now() + length / 5;
    let until = from + length;
    let tasks: Vec<_> = (0..writers)
        .map(|_| {
            let contestant = Arc::clone(contestant);
            tokio::spawn(async move {
                let (mut writer, mut latencies) = (Writer::default(), Vec::new());
                loop {
                    let started = Instant::now();
                    contestant.append(&mut writer).await;
                    let ended = Instant::now();
                    if ended >= until {
                        return latencies;
                    }
                    if ended >= from {
                        latencies.push(ended - started);
                    }
                }
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.unwrap());
    }
    latencies.sort_unstable();
    let percentile = |percent: usize| {
        let index = (latencies.len() * percent / 100).min(latencies.len().saturating_sub(1));
        latencies.get(index).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1000.0)
    };
    Figures { per_second: latencies.len() as f64 / length.as_secs_f64(), p50: percentile(50), p99: percentile(99) }
}

/// The round in the middle, by throughput.
pub(crate) fn median(rounds: &[Figures]) -> Figures {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    sorted[sorted.len() / 2]
}
