//! A process that is stopped (SIGSTOP) while it holds a lock: the others go on, and when it wakes up it does no harm.

use std::time::Duration;

use harness::{Process, say};
use sqlx::PgConnection;
use tokio::time::Instant;

use super::cluster::Cluster;
use super::fleet::Fleet;
use super::is_proving;
use super::load::Load;
use super::settled::{ask, until};
use super::turn::turn;
use super::unharmed::assert_unharmed;

/// The database user of the process that is stopped, and that of the other one.
pub(super) const STOPPED: &str = "stopped";
pub(super) const OTHER: &str = "other";
/// How many clients keep the servers busy.
const CLIENTS: u64 = 12;
/// How many commands must be answered while it is stopped, and again when it is back: so many that each client whom it
/// left waiting has gone to the other one.
const MEANWHILE: usize = 80;
/// How long a test tries to stop the process at the right moment.
const PATIENCE: Duration = Duration::from_secs(60);

/// The appender's lock: the only advisory one that is held by a transaction.
const APPENDER: &str = "from pg_locks l join pg_stat_activity a using (pid)
                        where l.locktype = 'advisory' and l.granted
                          and l.database = (select oid from pg_database where datname = current_database())";
/// A view's row, or a reactor's, that its transaction has locked: `xmax` of the row. (The lock on the table says nothing:
/// whoever finds every row locked, and skips them, has it too.)
const VIEW: &str = "from projection_checkpoints c join pg_stat_activity a on a.backend_xid = c.xmax
                    where c.name in ('users', 'places', 'availability', 'bookings', 'reviews', 'amenities')";
const REACTOR: &str = "from projection_checkpoints c join pg_stat_activity a on a.backend_xid = c.xmax
                       where c.name in ('booking-timers', 'withdrawn-places', 'accounts', 'letters',
                                        'review-pairs', 'review-timers')";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_stopped_with_the_appenders_lock_stops_nobody_else() {
    const NAME: &str = "a_process_stopped_with_the_appenders_lock_stops_nobody_else";
    stop_while_it_holds(NAME, "stopped with the appender's lock", APPENDER).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_stopped_with_a_views_checkpoint_stops_nobody_else() {
    const NAME: &str = "a_process_stopped_with_a_views_checkpoint_stops_nobody_else";
    stop_while_it_holds(NAME, "stopped with a view's checkpoint", VIEW).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_stopped_with_a_reactors_checkpoint_stops_nobody_else() {
    const NAME: &str = "a_process_stopped_with_a_reactors_checkpoint_stops_nobody_else";
    stop_while_it_holds(NAME, "stopped with a reactor's checkpoint", REACTOR).await;
}

async fn stop_while_it_holds(test: &str, what: &str, lock: &str) {
    if !is_proving(test) {
        return;
    }
    let _turn = turn().await;
    let Some(cluster) = Cluster::start(test) else { return };
    cluster.add_user(STOPPED).await;
    cluster.add_user(OTHER).await;
    let mut fleet = Fleet::start(Some(cluster.url(STOPPED))).await;
    fleet.join_at(Some(&cluster.url(OTHER))).await;
    let mut connection = cluster.connect().await;
    let mut load = Load::start(fleet.bases(), CLIENTS).await;
    load.goes_on(20).await;

    let process = &fleet.servers()[0];
    let tries = catch(process, &mut connection, lock).await;
    let caught = Instant::now();
    load.goes_on(MEANWHILE).await;
    let served = caught.elapsed();
    process.signal("CONT").await;
    load.goes_on(MEANWHILE).await;

    let outcomes = load.finish().await;
    say(&format!("{what}: caught at try {tries}, the others were served {served:?} after that"));
    assert_unharmed(what, &mut connection, &fleet, &outcomes).await;
}

/// Stops the process at a moment at which it holds `lock` (who holds it is `a`) in an open transaction; how many tries
/// that took.
async fn catch(process: &Process, connection: &mut PgConnection, lock: &str) -> usize {
    let holding = format!("select exists (select {lock} and a.usename = '{STOPPED}')");
    // Stopped, it sends nothing more: what its sessions are at then is what they stay at.
    let at_rest =
        format!("select not exists (select from pg_stat_activity where usename = '{STOPPED}' and state = 'active')");
    let begun = Instant::now();
    for tries in 1.. {
        assert!(begun.elapsed() < PATIENCE, "not caught in {tries} tries");
        while !ask(connection, &holding).await {
            assert!(begun.elapsed() < PATIENCE, "it never holds the lock");
        }
        process.signal("STOP").await;
        until(connection, "the stopped process's statements end", &at_rest).await;
        if ask(connection, &holding).await {
            return tries;
        }
        process.signal("CONT").await;
    }
    unreachable!("the deadline comes first")
}
