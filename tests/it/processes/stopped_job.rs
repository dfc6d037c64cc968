//! A process that is stopped (SIGSTOP) with a job in its hands: another takes it over, and what the first does when it
//! wakes up has no effect.

use harness::{TestDatabase, say};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::fleet::Fleet;
use super::is_proving;
use super::log;
use super::replay::Replay;
use super::settled::{ask, settled, until};
use super::turn::turn;
use super::views::assert_equal_to_their_rebuild;

/// How many requests an archived place has to decline, and how many such places may be tried.
const REQUESTS: i64 = 24;
const PLACES: usize = 10;
/// Whether no session but the test's own is at work.
const AT_REST: &str = "select not exists (select from pg_stat_activity
                                          where datname = current_database() and pid <> pg_backend_pid()
                                            and state = 'active')";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_stopped_with_a_job_leaves_it_to_another() {
    const NAME: &str = "a_process_stopped_with_a_job_leaves_it_to_another";
    if !is_proving(NAME) {
        return;
    }
    let _turn = turn().await;
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
