//! Clients that keep a connection each, and what their rounds showed.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::StatusCode;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A request, where it goes, and the status of its success.
pub(crate) struct Request {
    pub(crate) to: SocketAddr,
    pub(crate) request: hyper::Request<Full<Bytes>>,
    pub(crate) success: StatusCode,
}

/// Makes the next request.
pub(crate) type Maker = Arc<dyn Fn() -> Request + Send + Sync>;

/// What one round, or the median of several, showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    p50: f64,
    p99: f64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>10.0} {:>9.1} {:>9.1}", self.per_second, self.p50, self.p99)
    }
}

/// Lets `clients` send for a fifth of `length` unmeasured, to warm up, and then for `length`.
pub(crate) async fn round(make: &Arc<dyn Fn() -> Request + Send + Sync>, clients: usize, length: Duration) -> Figures {
    let from = Instant::now() + length / 5;
    let until = from + length;
    let tasks: Vec<_> = (0..clients).map(|_| tokio::spawn(one_client(Arc::clone(make), from, until))).collect();
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

async fn one_client(make: Maker, from: Instant, until: Instant) -> Vec<Duration> {
    let mut latencies = Vec::new();
    let first = make();
    let stream = TcpStream::connect(first.to).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let mut next = first;
    loop {
        let started = Instant::now();
        let response = sender.send_request(next.request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(status, next.success, "{}", String::from_utf8_lossy(&body));
        let ended = Instant::now();
        if ended >= until {
            return latencies;
        }
        if ended >= from {
            latencies.push(ended - started);
        }
        next = make();
    }
}
