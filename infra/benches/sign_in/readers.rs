//! Those who look at places.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::BodyExt as _;
use hyper::StatusCode;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::scene::Scene;

/// Each keeps a connection.
const READERS: u32 = 16;

/// How they go about it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// So many reads a second by all of them together, whatever the answers take.
    Steady { per_second: u32 },
    /// The next read when the last is answered.
    FlatOut,
}

/// What a round showed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) median_ms: f64,
    pub(crate) per_second: f64,
}

/// Reads for a quarter of `length` unmeasured, to warm up, and then for `length`.
pub(crate) async fn round(scene: &Arc<Scene>, pace: Pace, length: Duration) -> Figures {
    let begin = Instant::now();
    let from = begin + length / 4;
    let until = from + length;
    let readers: Vec<_> =
        (0..READERS).map(|number| tokio::spawn(reader(Arc::clone(scene), pace, number, begin, from, until))).collect();
    let mut latencies = Vec::new();
    for reader in readers {
        latencies.extend(reader.await.unwrap());
    }
    latencies.sort_unstable();
    let median_ms = latencies.get(latencies.len() / 2).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1_000.0);
    Figures { median_ms, per_second: latencies.len() as f64 / length.as_secs_f64() }
}

async fn reader(
    scene: Arc<Scene>,
    pace: Pace,
    number: u32,
    begin: Instant,
    from: Instant,
    until: Instant,
) -> Vec<Duration> {
    let stream = TcpStream::connect(scene.house()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let mut latencies = Vec::new();
    for turn in 0.. {
        let due = match pace {
            // They take turns, so that the reads are spread evenly.
            Pace::Steady { per_second } => begin + Duration::from_secs(1) * (turn * READERS + number) / per_second,
            Pace::FlatOut => Instant::now(),
        };
        tokio::time::sleep_until(due.into()).await;
        let response = sender.send_request(scene.read()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body().collect().await.unwrap();
        let answered = Instant::now();
        if answered >= until {
            break;
        }
        if due >= from {
            latencies.push(answered - due);
        }
    }
    latencies
}
