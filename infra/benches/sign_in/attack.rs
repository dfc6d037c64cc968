//! The attackers.

use std::collections::BTreeMap;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::scene::Scene;

/// How long an attacker waits for its answer: longer than the house lets any request take.
const PATIENCE: Duration = Duration::from_secs(15);

/// An attack that goes on.
pub(crate) struct Attack {
    stop: CancellationToken,
    attackers: JoinHandle<Tally>,
}

/// What was offered, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Answers by status.
    answers: BTreeMap<u16, u64>,
    /// Attempts that got no answer: a connection that failed, or nothing in time.
    unanswered: u64,
    /// How long attempts were offered.
    offering: Duration,
    /// How many a minute were meant.
    meant: u32,
}

impl Attack {
    /// So many attempts a minute from now on.
    pub(crate) fn begin(scene: &Arc<Scene>, a_minute: u32) -> Self {
        let stop = CancellationToken::new();
        let attackers = tokio::spawn(attempts(Arc::clone(scene), a_minute, stop.clone()));
        Self { stop, attackers }
    }

    /// No further ones; done when all have their answers, so that nothing of it is left for the next round.
    pub(crate) async fn end(self) -> Tally {
        self.stop.cancel();
        self.attackers.await.unwrap()
    }
}

impl Tally {
    /// Both together.
    pub(crate) fn and(mut self, other: Self) -> Self {
        for (status, count) in other.answers {
            *self.answers.entry(status).or_default() += count;
        }
        self.unanswered += other.unanswered;
        self.offering += other.offering;
        self.meant = self.meant.max(other.meant);
        self
    }

    /// Prints it.
    ///
    /// # Panics
    /// If it was no such attack as the figures are about: not as many attempts as were meant, none whose password was
    /// compared, or some that a limit per address kept from it.
    pub(crate) fn tell(&self) {
        let offered = self.answers.values().sum::<u64>() + self.unanswered;
        let a_minute = offered as f64 * 60.0 / self.offering.as_secs_f64();
        println!("{a_minute:.0} attempts a minute; answers by status: {:?}; {} without", self.answers, self.unanswered);
        assert!(a_minute >= 0.95 * f64::from(self.meant), "{} attempts a minute were meant", self.meant);
        let of = |status: StatusCode| self.answers.get(&status.as_u16()).copied().unwrap_or_default();
        assert!(of(StatusCode::UNAUTHORIZED) > 0, "no password was compared");
        let foreign = offered - self.unanswered - of(StatusCode::UNAUTHORIZED) - of(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(foreign, 0, "answers that an attack on passwords does not get");
    }

    fn note(&mut self, answer: Option<StatusCode>) {
        match answer {
            Some(status) => *self.answers.entry(status.as_u16()).or_default() += 1,
            None => self.unanswered += 1,
        }
    }
}

async fn attempts(scene: Arc<Scene>, a_minute: u32, stop: CancellationToken) -> Tally {
    let (mut tally, mut under_way, began) = (Tally::default(), JoinSet::new(), Instant::now());
    let mut due = interval(Duration::from_secs(60) / a_minute);
    // What was missed is made up for: the rate is what is offered.
    due.set_missed_tick_behavior(MissedTickBehavior::Burst);
    while stop.run_until_cancelled(due.tick()).await.is_some() {
        let (to, request) = (scene.address(), scene.sign_in());
        under_way.spawn(async move { timeout(PATIENCE, exchange(to, request)).await.ok()?.ok() });
        while let Some(answer) = under_way.try_join_next() {
            tally.note(answer.unwrap());
        }
    }
    (tally.offering, tally.meant) = (began.elapsed(), a_minute);
    while let Some(answer) = under_way.join_next().await {
        tally.note(answer.unwrap());
    }
    tally
}

/// One request over a connection of its own.
async fn exchange(to: SocketAddr, request: Request<Full<Bytes>>) -> Result<StatusCode, Box<dyn Error + Send + Sync>> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(TcpStream::connect(to).await?)).await?;
    // It ends with its sender.
    tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let status = response.status();
    response.into_body().collect().await?;
    Ok(status)
}
