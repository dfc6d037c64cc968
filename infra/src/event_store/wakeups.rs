//! Telling readers that the log has grown. A wake-up can be lost (with a connection, say): readers also poll.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::connection::with_jitter;

/// The channel on which processes that share a database tell each other.
const CHANNEL: &str = "hbnb_log";

/// The least time between two notifications: a NOTIFY takes a database-wide lock while it commits.
const NOTIFY_EVERY: Duration = Duration::from_millis(40);

/// The pause before a lost connection is tried again.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// The last position of the log as far as this process has heard. Clones share it.
#[derive(Debug, Clone)]
pub struct Wakeups {
    heard: Arc<watch::Sender<u64>>,
    /// Only what this process committed: what it heard from others is not repeated.
    own: Arc<watch::Sender<u64>>,
}

impl Default for Wakeups {
    fn default() -> Self {
        Self { heard: Arc::new(watch::Sender::new(0)), own: Arc::new(watch::Sender::new(0)) }
    }
}

impl Wakeups {
    /// A receiver that changes whenever the log has grown; its value is the last position heard of, 0 before the first.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.heard.subscribe()
    }

    /// This process has committed events up to `position`.
    pub(super) fn committed(&self, position: u64) {
        raise(&self.own, position);
        raise(&self.heard, position);
    }
}

/// Positions may come out of order from several processes; only the highest counts.
fn raise(sender: &watch::Sender<u64>, position: u64) {
    sender.send_if_modified(|last| {
        let is_news = position > *last;
        *last = position.max(*last);
        is_news
    });
}

/// Carries wake-ups between the processes that share a real server, over two connections of its own, until `stop`.
/// The embedded database has one process and one connection: nothing to relay, and listening there would break it.
pub async fn relay(options: PgConnectOptions, wakeups: Wakeups, stop: CancellationToken) {
    let pool = PgPoolOptions::new().max_connections(2).connect_lazy_with(options.application_name("hbnb wake-ups"));
    let both = async {
        tokio::join!(forever("telling", || tell(&pool, &wakeups)), forever("listening", || listen(&pool, &wakeups)))
    };
    tokio::select! {
        _ = both => {}
        () = stop.cancelled() => {}
    }
    pool.close().await;
}

/// Sends the newest own position, whatever came between, at most once per [`NOTIFY_EVERY`].
async fn tell(pool: &PgPool, wakeups: &Wakeups) -> Result<(), sqlx::Error> {
    let mut own = wakeups.own.subscribe();
    while own.changed().await.is_ok() {
        let position = *own.borrow_and_update();
        sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(position.to_string()).execute(pool).await?;
        sleep(NOTIFY_EVERY).await;
    }
    Ok(())
}

async fn listen(pool: &PgPool, wakeups: &Wakeups) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let notification = listener.recv().await?;
        if let Ok(position) = notification.payload().parse() {
            raise(&wakeups.heard, position);
        }
    }
}

async fn forever<F: Future<Output = Result<(), sqlx::Error>>>(what: &'static str, work: impl Fn() -> F) {
    loop {
        if let Err(error) = work().await {
            tracing::warn!(%error, what, "wake-ups are interrupted; readers poll meanwhile");
        }
        sleep(with_jitter(RECONNECT_AFTER)).await;
    }
}
