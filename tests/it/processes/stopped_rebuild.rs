//! A rebuild that is stopped (SIGSTOP) while the database sends it the log: it holds its view's checkpoint, and the
//! server process behind it waits for somebody who does not read.

use std::time::Duration;

use futures::{StreamExt, stream};
use harness::{Person, say, send_signal};
use serde_json::json;
use sqlx::PgConnection;
use tokio::process::{Child, Command};
use tokio::time::Instant;

use super::PROGRAM;
use super::cluster::Cluster;
use super::fleet::Fleet;
use super::is_proving;
use super::settled::{CAUGHT_UP, ask, settled, until};
use super::stops::{OTHER, STOPPED};
use super::turn::turn;
use super::views::assert_equal_to_their_rebuild;

/// Places whose events are together larger than what a connection buffers, and the characters of each text of theirs.
const PLACES: usize = 150;
const LONGEST: usize = 10_000;
/// How long the test tries to stop a rebuild at the right moment.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_stopped_while_it_reads_does_not_keep_its_view_for_ever() {
    const NAME: &str = "a_rebuild_stopped_while_it_reads_does_not_keep_its_view_for_ever";
    if !is_proving(NAME) {
        return;
    }
    let _turn = turn().await;
    let Some(cluster) = Cluster::start(NAME) else { return };
    cluster.add_user(STOPPED).await;
    cluster.add_user(OTHER).await;
    let fleet = Fleet::start(Some(cluster.url(OTHER))).await;
    let host = fleet.client().somebody("Hana").await;
    list_at_length(&host).await;
    let mut connection = cluster.connect().await;
    settled(&mut connection).await;

    let mut rebuild = catch_reading(&fleet, &cluster.url(STOPPED), &mut connection).await;
    let caught = Instant::now();
    host.lists(json!({})).await;
    until(&mut connection, "the views go on", CAUGHT_UP).await;
    say(&format!("stopped while rebuilding: the view went on {:?} after that", caught.elapsed()));

    send_signal(rebuild.id().expect("it runs"), "CONT").await;
    let ended = rebuild.wait().await.expect("it ends");
    assert_eq!(ended.code(), Some(1), "a rebuild that was cut off says so");
    assert_equal_to_their_rebuild(&mut connection, &fleet).await;
}

async fn list_at_length(host: &Person) {
    // Four bytes each in UTF-8: the longest text that there can be.
    let text = "𐄀".repeat(LONGEST);
    let long = &json!({"description": text, "house_rules": text});
    stream::iter(0..PLACES).for_each_concurrent(8, |_| async { drop(host.lists(long.clone()).await) }).await;
}

/// Starts rebuilds until one is stopped while the database waits for it to read.
async fn catch_reading(fleet: &Fleet, url: &str, connection: &mut PgConnection) -> Child {
    let sending = format!(
        "select exists (select from pg_stat_activity
                        where usename = '{STOPPED}' and wait_event = 'ClientWrite' and xact_start is not null)"
    );
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let mut command = Command::new(PROGRAM);
        command.args(["projections", "rebuild", "places"]).env_clear().kill_on_drop(true);
        command.env("HBNB_DATA_DIR", fleet.data.path()).env("DATABASE_URL", url);
        let mut rebuild = command.spawn().expect("the program starts");
        while rebuild.try_wait().expect("it can be asked").is_none() {
            if !ask(connection, &sending).await {
                continue;
            }
            let id = rebuild.id().expect("it runs");
            send_signal(id, "STOP").await;
            // Twice, a round trip apart: what was on its way has arrived.
            if ask(connection, &sending).await && ask(connection, &sending).await {
                return rebuild;
            }
            send_signal(id, "CONT").await;
        }
    }
    panic!("no rebuild was caught while it read")
}
