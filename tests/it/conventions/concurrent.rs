//! Somebody else is always faster.

use harness::{Server, TestDatabase, day, needs_postgres};
use serde_json::json;
use sqlx::{Executor as _, PgConnection};

/// The lock that orders all appends.
const LOCK: &str = "begin; select pg_advisory_xact_lock(4852110)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_whose_facts_change_again_and_again_gives_up_after_three_reruns() {
    if !needs_postgres("a_command_whose_facts_change_again_and_again_gives_up_after_three_reruns") {
        return;
    }
    let server = Server::start(&[]).await;
    let database = server.database.as_ref().expect("a database on a server");
    let client = server.client();
    let place = client.somebody("Hana").await.lists(json!({})).await;
    place.host.client.patch(&format!("/places/{}", place.id), json!({"price": "130.00"})).await.expect(200);
    let guest = client.somebody("Gil").await;

    let mut watch = database.connect().await;
    let mut holder = locked(database).await;
    let asking = tokio::spawn(async move {
        let body = json!({"place_id": place.id, "check_in": day(3), "check_out": day(5), "guests": 1});
        guest.client.post("/bookings", body).await
    });
    // The first attempt and three more; the next holder is in line before the command can come back.
    for _ in 0..4 {
        until_waiting(&mut watch, 1).await;
        let next = tokio::spawn({
            let mut next = database.connect().await;
            async move {
                next.execute(LOCK).await.expect("the lock comes");
                next
            }
        });
        until_waiting(&mut watch, 2).await;
        change_place(&mut holder).await;
        holder.execute("commit").await.expect("it commits");
        holder = next.await.expect("it holds the lock");
    }
    holder.execute("rollback").await.expect("it ends");
    asking.await.expect("it is answered").expect_error(409, "concurrent_change");
}

async fn locked(database: &TestDatabase) -> PgConnection {
    let mut holder = database.connect().await;
    holder.execute(LOCK).await.expect("the lock comes");
    holder
}

/// Waits until so many wait for the lock.
async fn until_waiting(watch: &mut PgConnection, count: i64) {
    let waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted \
                   and database = (select oid from pg_database where datname = current_database())";
    let asking = async {
        while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut *watch).await.expect("the database answers") < count
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), asking).await.expect("they wait in time");
}

/// What the appender of another process would have appended: the last change of the place once more.
async fn change_place(holder: &mut PgConnection) {
    let changed = sqlx::query(
        "insert into events select (select max(position) from events) + 1, aggregate_type, aggregate_id, sequence + 1, \
                                   event_type, event_version, payload, metadata, recorded_at
         from events where event_type = 'place.changed' order by sequence desc limit 1",
    );
    assert_eq!(changed.execute(holder).await.expect("the log takes it").rows_affected(), 1);
}
