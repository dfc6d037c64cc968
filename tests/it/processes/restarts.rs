//! PostgreSQL goes away and comes back under load.

use super::cluster::{Cluster, Ending};
use super::fleet::Fleet;
use super::is_proving;
use super::load::Load;
use super::turn::turn;
use super::unharmed::assert_unharmed;

/// How the server ends each time.
const ENDINGS: [Ending; 5] = [Ending::Fast, Ending::Immediate, Ending::Immediate, Ending::Fast, Ending::Immediate];
/// How many clients keep the servers busy.
const CLIENTS: u64 = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_restarted_five_times_loses_and_doubles_nothing() {
    const NAME: &str = "a_database_restarted_five_times_loses_and_doubles_nothing";
    if !is_proving(NAME) {
        return;
    }
    let _turn = turn().await;
    let Some(cluster) = Cluster::start(NAME) else { return };
    let mut fleet = Fleet::start(Some(cluster.superuser_url())).await;
    fleet.join().await;
    let mut load = Load::start(fleet.bases(), CLIENTS).await;
    for ending in ENDINGS {
        load.goes_on(50).await;
        cluster.restart(ending);
        load.goes_on(50).await;
    }
    let outcomes = load.finish().await;
    assert_unharmed("restarts", &mut cluster.connect().await, &fleet, &outcomes).await;
}
