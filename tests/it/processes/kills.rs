//! `kill -9` of a server under load.

use harness::TestDatabase;

use super::fleet::Fleet;
use super::is_proving;
use super::load::Load;
use super::turn::turn;
use super::unharmed::assert_unharmed;

/// How many servers are killed.
const KILLS: usize = 20;
/// How many clients keep the servers busy.
const CLIENTS: u64 = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_killed_servers_lose_and_double_nothing() {
    if !is_proving("twenty_killed_servers_lose_and_double_nothing") {
        return;
    }
    let _turn = turn().await;
    let database = TestDatabase::create().await.expect("DATABASE_URL is set");
    let mut fleet = Fleet::start(Some(database.url())).await;
    fleet.join().await;
    let mut load = Load::start(fleet.bases(), CLIENTS).await;
    for _ in 0..KILLS {
        load.goes_on(20).await;
        fleet.kill_oldest().await;
        // The other one serves everybody meanwhile.
        load.goes_on(10).await;
        fleet.join().await;
    }
    // One more is asked to end: it finishes what it began.
    fleet.retire_oldest().await;
    load.goes_on(20).await;
    let outcomes = load.finish().await;
    assert_unharmed("kills", &mut database.connect().await, &fleet, &outcomes).await;
}
