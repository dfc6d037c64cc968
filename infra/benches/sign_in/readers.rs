//! Those who look at places.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::{sleep_until, timeout};

use crate::scene::Scene;

/// Each keeps a connection.
const READERS: u32 = 16;
/// How long a reader waits for an answer before the benchmark has failed.
const PATIENCE: Duration = Duration::from_secs(15);

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
    pub(crate) p99_ms: f64,
    pub(crate) per_second: f64,
}

/// When reads are measured.
#[derive(Debug, Clone, Copy)]
struct Window {
    begin: Instant,
    from: Instant,
    until: Instant,
}

/// Reads for a quarter of `length` unmeasured, to warm up, and then for `length`.
pub(crate) async fn round(scene: &Arc<Scene>, pace: Pace, length: Duration) -> Figures {
    let begin = Instant::now();
    let from = begin + length / 4;
    let window = Window { begin, from, until: from + length };
    let readers: Vec<_> = (0..READERS)
        .map(|number| {
            let scene = Arc::clone(scene);
            tokio::spawn(async move {
                match pace {
                    Pace::Steady { per_second } => steadily(&scene, number, per_second, window).await,
                    Pace::FlatOut => flat_out(&scene, window).await,
                }
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for reader in readers {
        latencies.extend(reader.await.unwrap());
    }
    latencies.sort_unstable();
    let percentile = |percent: usize| {
        let latency = latencies.get(latencies.len() * percent / 100);
        latency.map_or(f64::NAN, |latency| latency.as_secs_f64() * 1_000.0)
    };
    let per_second = latencies.len() as f64 / length.as_secs_f64();
    Figures { median_ms: percentile(50), p99_ms: percentile(99), per_second }
}

/// Every read that is due within the window, whenever it is answered: slow ones must not be missing.
async fn steadily(scene: &Scene, number: u32, per_second: u32, window: Window) -> Vec<Duration> {
    let (mut connection, mut latencies) = (connect(scene).await, Vec::new());
    for turn in 0.. {
        // They take turns, so that the reads are spread evenly.
        let due = window.begin + Duration::from_secs(1) * (turn * READERS + number) / per_second;
        if due >= window.until {
            break;
        }
        // A read that had to wait for the one before began when it was due. Any other begins when the timer wakes its
        // reader: a timer is up to a millisecond late, which is more than a read takes, and would hide what is measured.
        let began = if due <= Instant::now() {
            due
        } else {
            sleep_until(due.into()).await;
            Instant::now()
        };
        read(scene, &mut connection).await;
        if due >= window.from {
            latencies.push(began.elapsed());
        }
    }
    latencies
}

/// Every read that is answered within the window.
async fn flat_out(scene: &Scene, window: Window) -> Vec<Duration> {
    let (mut connection, mut latencies) = (connect(scene).await, Vec::new());
    loop {
        let began = Instant::now();
        read(scene, &mut connection).await;
        let answered = Instant::now();
        if answered >= window.until {
            return latencies;
        }
        if answered >= window.from {
            latencies.push(answered - began);
        }
    }
}

/// How many attempts of each kind are compared: fewer than the house lets run ahead of its pace.
const PAIRS: u32 = 16;

/// Whether the time of an answer tells whether an address has an account: wrong passwords, one after the other, of known
/// and unknown addresses, each of which is the first of every other pair: threads take turns in hashing, and one that has its
/// memory already is quicker.
pub(crate) async fn tell_apart(scene: &Scene) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for pair in 0..PAIRS {
        for is_known in [pair % 2 == 0, pair % 2 == 1] {
            let request = scene.attempt(0x00f0_0000 + 2 * pair + u32::from(is_known), is_known);
            let mut connection = connect(scene).await;
            let began = Instant::now();
            let status = exchange(request, &mut connection).await.0;
            let times = if is_known { &mut known } else { &mut unknown };
            times.push(began.elapsed());
            assert_eq!(status, StatusCode::UNAUTHORIZED);
        }
    }
    let figures = |mut times: Vec<Duration>| {
        times.sort_unstable();
        let ms = |at: usize| times[at].as_secs_f64() * 1_000.0;
        (ms(times.len() / 2), ms(0), ms(times.len() - 1))
    };
    for (what, (median, least, most)) in [("a known", figures(known)), ("an unknown", figures(unknown))] {
        println!("{what} address with a wrong password: median {median:.2} ms, {least:.2} to {most:.2} ({PAIRS} each)");
    }
    println!();
}

async fn connect(scene: &Scene) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(scene.address()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    // It ends with its sender.
    tokio::spawn(connection);
    sender
}

async fn read(scene: &Scene, connection: &mut SendRequest<Full<Bytes>>) {
    let (status, body) = exchange(scene.read(), connection).await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&body));
}

async fn exchange(request: Request<Full<Bytes>>, connection: &mut SendRequest<Full<Bytes>>) -> (StatusCode, Bytes) {
    let exchange = async {
        let response = connection.send_request(request).await.unwrap();
        let status = response.status();
        (status, response.into_body().collect().await.unwrap().to_bytes())
    };
    timeout(PATIENCE, exchange).await.expect("an answer in time")
}
