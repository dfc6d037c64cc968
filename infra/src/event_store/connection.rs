//! The connection that the appender writes on.

use std::ops::DerefMut;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection, PgPool, Postgres};
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// How long one attempt to connect may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);

/// The first pause between two attempts to connect; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// So that a process that stops while it holds the lock (SIGSTOP, a lost network) cannot stop the fleet: the server
/// ends its transaction after the idle time-out and gives the lock to the next, who waits for longer than that. The
/// transaction time-outs bound what a live process can do; the TCP ones notice a machine that is gone or does not read.
/// Durability is what an acknowledged command promises, whatever the server's default. Every look-up here is for one
/// row by its key: the planner is kept from anything but plain index scans, and from planning twice.
const SESSION: &str = "
set idle_in_transaction_session_timeout = '2s';
set lock_timeout = '5s';
set statement_timeout = '8s';
set tcp_keepalives_idle = 5;
set tcp_keepalives_interval = 2;
set tcp_keepalives_count = 3;
set tcp_user_timeout = '10s';
set enable_seqscan = off;
set enable_bitmapscan = off;
set plan_cache_mode = force_generic_plan;
select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";

/// Where the appender gets its connection from.
#[derive(Debug, Clone)]
pub enum WriteTo {
    /// A real server: the appender opens a connection of its own and keeps it.
    Own(Box<PgConnectOptions>),
    /// The embedded database, which has one connection for everybody: taken from the pool for each batch.
    Shared(PgPool),
}

/// Hands out the connection for one batch at a time.
#[derive(Debug)]
pub(super) struct Connections {
    to: WriteTo,
    idle: Option<PgConnection>,
}

/// The connection for one batch. One that is not given back is closed, which ends whatever it was doing.
#[derive(Debug)]
pub(super) enum Lease {
    Own(PgConnection),
    Shared(PoolConnection<Postgres>),
}

impl Connections {
    pub(super) fn new(to: WriteTo) -> Self {
        let to = match to {
            WriteTo::Own(options) => {
                WriteTo::Own(Box::new(options.application_name("hbnb appender").disable_statement_logging()))
            }
            shared @ WriteTo::Shared(_) => shared,
        };
        Self { to, idle: None }
    }

    /// A connection that is ready for a transaction; tries again until `window` is over.
    pub(super) async fn lease(&mut self, window: Duration) -> Result<Lease, sqlx::Error> {
        if let Some(connection) = self.idle.take() {
            return Ok(Lease::Own(connection));
        }
        let end = Instant::now() + window;
        let mut pause = FIRST_PAUSE;
        loop {
            match self.connect(end).await {
                Err(_) if Instant::now() + pause < end => sleep(with_jitter(pause)).await,
                outcome => return outcome,
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Takes back a connection that has no transaction open.
    pub(super) fn give_back(&mut self, lease: Lease) {
        match lease {
            Lease::Own(connection) => self.idle = Some(connection),
            Lease::Shared(connection) => drop(connection),
        }
    }

    /// Closes the connection that is kept, if any.
    pub(super) async fn close(&mut self) {
        if let Some(connection) = self.idle.take()
            && let Err(error) = connection.close().await
        {
            tracing::debug!(%error, "the appender's connection did not close cleanly");
        }
    }

    /// One attempt. The pool's own patience is that of requests: a batch waits no longer than its window.
    async fn connect(&self, end: Instant) -> Result<Lease, sqlx::Error> {
        match &self.to {
            WriteTo::Own(options) => timeout(CONNECT_PATIENCE, open(options)).await.map_err(|_| timed_out())?,
            WriteTo::Shared(pool) => timeout_at(end, pool.acquire()).await.map_err(|_| timed_out())?.map(Lease::Shared),
        }
    }
}

async fn open(options: &PgConnectOptions) -> Result<Lease, sqlx::Error> {
    let mut connection = options.connect().await?;
    connection.execute(SESSION).await?;
    Ok(Lease::Own(connection))
}

impl Lease {
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        match self {
            Self::Own(connection) => connection,
            Self::Shared(connection) => connection.deref_mut(),
        }
    }

    /// Gives the connection up, whatever state it is in.
    pub(super) fn discard(self) {
        match self {
            Self::Own(connection) => drop(connection),
            Self::Shared(mut connection) => connection.close_on_drop(),
        }
    }
}

/// The error of a server that stays silent.
pub(super) fn timed_out() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())
}

/// Between half of `pause` and all of it, so that processes that lost the same server do not come back in step.
pub(super) fn with_jitter(pause: Duration) -> Duration {
    let mut byte = [u8::MAX];
    // Without random bytes the pause is merely not shortened.
    let _ = getrandom::fill(&mut byte);
    pause / 2 + pause.mul_f64(f64::from(byte[0]) / 510.0)
}
