//! A process that is stopped (SIGSTOP) while it holds a lock: the others go on, and when it wakes up it does no harm.

use std::time::Duration;

use harness::{Process, TestDatabase, needs_postgres, say};
use serde_json::json;
use sqlx::PgConnection;
use tokio::time::Instant;
use uuid::Uuid;

use super::cluster::Cluster;
use super::fleet::Fleet;
use super::load::Load;
use super::log;
use super::replay::Replay;
use super::settled::{settled, until};
use super::unharmed::assert_unharmed;
use super::views::assert_equal_to_their_rebuild;

/// The database user of the process that is stopped, and that of the other one.
const STOPPED: &str = "stopped";
const OTHER: &str = "other";
/// How many clients keep the servers busy.
const CLIENTS: u64 = 12;
/// How long a test tries to stop the process at the right moment.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many requests an archived place has to decline, and how many such places may be tried.
const REQUESTS: i64 = 24;
const PLACES: usize = 10;
/// Whether no session but the test's own is at work.
const AT_REST: &str = "select not exists (select from pg_stat_activity
                                          where datname = current_database() and pid <> pg_backend_pid()
                                            and state = 'active')";

/// The appender's lock: the only advisory one that is held by a transaction.
const APPENDER: &str = "l.locktype = 'advisory'";
/// What taking a checkpoint's row for update shows as.
const CHECKPOINT: &str = "l.relation = 'projection_checkpoints'::regclass and l.mode = 'RowShareLock'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_stopped_with_the_appenders_lock_stops_nobody_else() {
    const NAME: &str = "a_process_stopped_with_the_appenders_lock_stops_nobody_else";
    stop_while_it_holds(NAME, "stopped with the appender's lock", APPENDER).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_stopped_with_a_checkpoint_stops_nobody_else() {
    const NAME: &str = "a_process_stopped_with_a_checkpoint_stops_nobody_else";
    stop_while_it_holds(NAME, "stopped with a checkpoint", CHECKPOINT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_stopped_with_a_job_leaves_it_to_another() {
    const NAME: &str = "a_process_stopped_with_a_job_leaves_it_to_another";
    if !needs_postgres(NAME) {
        return;
    }
    let database = TestDatabase::create().await.expect("DATABASE_URL is set");
    let mut fleet = Fleet::start(Some(database.url())).await;
    let mut connection = database.connect().await;
    let place = catch_declining(&fleet, &mut connection).await;
    fleet.join().await;

    // The lease's time passes.
    sqlx::query("update jobs set leased_until = now() where state = 'leased'")
        .execute(&mut connection)
        .await
        .expect("the database answers");
    settled(&mut connection).await;
    assert_each_request_declined_once(&mut connection, place).await;

    // The first one wakes up and ends its work, which is no longer its own.
    fleet.servers()[0].signal("CONT").await;
    fleet.retire_oldest().await;
    settled(&mut connection).await;
    assert_each_request_declined_once(&mut connection, place).await;
    let twice = "select bool_and(fence = 2) from jobs where kind = 'decline_requests' and attempts > 1";
    assert!(ask(&mut connection, twice).await, "the job was leased twice, and ended by the second");
    let rows = assert_equal_to_their_rebuild(&mut connection, &fleet).await;
    say(&format!("stopped with a job: {REQUESTS} requests declined once, {rows} rows of views as rebuilt"));
}

/// Archives places with pending requests until the server is stopped while it declines those of one; that place.
async fn catch_declining(fleet: &Fleet, connection: &mut PgConnection) -> Uuid {
    let visitor = fleet.client();
    let (host, guest) = (visitor.somebody("Hana").await, visitor.somebody("Gita").await);
    let server = &fleet.servers()[0];
    let leased = "select exists (select from jobs where kind = 'decline_requests' and state = 'leased')";
    for _ in 0..PLACES {
        let place = host.lists(json!({})).await;
        for night in 0..REQUESTS {
            guest.asks_for(&place, 10 + night, 11 + night).await.expect(201);
        }
        let archived = host.client.delete(&format!("/places/{}", place.id)).await;
        assert!(archived.status < 300, "{:#}", archived.body);
        until(connection, "the requests of an archived place are taken up", leased).await;
        server.signal("STOP").await;
        // A statement that was on its way still arrives, but nothing follows it.
        until(connection, "the stopped process's statements end", AT_REST).await;
        if ask(connection, leased).await {
            return place.id;
        }
        server.signal("CONT").await;
        settled(connection).await;
    }
    panic!("not caught with any of {PLACES} places");
}

async fn assert_each_request_declined_once(connection: &mut PgConnection, place: Uuid) {
    let log = log::read(connection).await;
    let requested =
        |entry: &&log::Entry| entry.event_type == "booking.requested" && entry.payload["place_id"] == place.to_string();
    let bookings: Vec<Uuid> = log.iter().filter(requested).map(|entry| entry.stream).collect();
    assert_eq!(bookings.len() as i64, REQUESTS);
    for booking in bookings {
        let events: Vec<&str> =
            log.iter().filter(|entry| entry.stream == booking).map(|entry| entry.event_type.as_str()).collect();
        assert_eq!(events, ["booking.requested", "booking.declined"]);
    }
    assert!(Replay::of(&log).calendar(place).is_empty(), "nights are still held");
}

async fn stop_while_it_holds(test: &str, what: &str, lock: &str) {
    if !needs_postgres(test) {
        return;
    }
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
    load.goes_on(CLIENTS as usize * 2).await;
    let served = caught.elapsed();
    process.signal("CONT").await;
    load.goes_on(CLIENTS as usize * 2).await;

    let outcomes = load.finish().await;
    say(&format!("{what}: caught at try {tries}, the others were served {served:?} after that"));
    assert_unharmed(what, &mut connection, &fleet, &outcomes).await;
}

/// Stops the process at a moment at which it holds `lock` in an open transaction; how many tries that took.
async fn catch(process: &Process, connection: &mut PgConnection, lock: &str) -> usize {
    let holding = format!(
        "select exists (select from pg_locks l join pg_stat_activity a using (pid)
                        where {lock} and l.granted and l.database = (select oid from pg_database
                                                                     where datname = current_database())
                          and a.usename = '{STOPPED}')"
    );
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

async fn ask(connection: &mut PgConnection, question: &str) -> bool {
    sqlx::query_scalar(question).fetch_one(connection).await.expect("the database answers")
}
