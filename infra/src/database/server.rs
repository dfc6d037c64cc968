//! Connections to a PostgreSQL server, none of which waits for ever.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection as _, PgPool};

use super::DatabaseError;
use crate::config::Secret;

/// Connections per process: a few more than cores, so that waiting for a commit leaves none idle.
const CONNECTIONS: u32 = 16;
/// How long a request waits for a connection, or for a new one to be made.
const ACQUIRE_DEADLINE: Duration = Duration::from_secs(8);
/// How long a connection is kept without use.
const IDLE: Duration = Duration::from_secs(300);

/// A connection that has rested for longer is asked whether it still holds before it is used. sqlx 0.8 has asked so when it
/// was given back; to ask each time would double the way of every statement. The price: when the database breaks off, each
/// connection that was used within this time fails one request, as those under way fail.
const FRESH: Duration = Duration::from_secs(1);

/// What the server itself enforces, so that a client that was stopped or cut off holds no lock for long.
/// Milliseconds, but for the `tcp_keepalives_` ones: seconds, or probes. `tcp_user_timeout` ends a session whose client
/// no longer reads: while it is sent a result, the other limits do not see it.
const SERVER_LIMITS: [(&str, &str); 7] = [
    ("statement_timeout", "15000"),
    ("idle_in_transaction_session_timeout", "10000"),
    ("lock_timeout", "10000"),
    ("tcp_keepalives_idle", "15"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "10000"),
];

/// A pool that has reached the server once.
pub(super) async fn connect(url: &Secret) -> Result<PgPool, DatabaseError> {
    let options = PgConnectOptions::from_str(url.expose())
        .map_err(DatabaseError::Url)?
        .application_name("hbnb")
        .options(SERVER_LIMITS);
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_DEADLINE)
        .idle_timeout(IDLE)
        .test_before_acquire(false)
        .before_acquire(|connection, rested| {
            Box::pin(async move {
                if rested.idle_for > FRESH {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .map_err(DatabaseError::Unreachable)
}
