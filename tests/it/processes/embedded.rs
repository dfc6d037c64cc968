//! `kill -9` of the program with its embedded database inside.

use infra::config::Config;
use infra::database::Database;

use super::acknowledged::assert_repeats_are_answered_from_memory;
use super::fleet::Fleet;
use super::is_asked_for;
use super::load::{Load, Outcome};
use super::turn::turn;
use super::unharmed::{assert_log_is_what_was_told, report};
use super::views::{Rows, rebuild};

/// How often it is killed.
const KILLS: usize = 3;
/// How many clients keep it busy.
const CLIENTS: u64 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_embedded_house_loses_and_doubles_nothing() {
    if !is_asked_for("a_killed_embedded_house_loses_and_doubles_nothing") {
        return;
    }
    let _turn = turn().await;
    let mut fleet = Fleet::start(None).await;
    let mut load = Load::start(fleet.bases(), CLIENTS).await;
    for _ in 0..KILLS {
        load.goes_on(20).await;
        fleet.kill_oldest().await;
        fleet.join().await;
    }
    load.goes_on(20).await;
    let outcomes = load.finish().await;
    assert_repeats_are_answered_from_memory(&fleet.bases(), &outcomes).await;
    fleet.retire_oldest().await;
    let (events, live) = inside(&fleet, &outcomes).await;

    fleet.join().await;
    rebuild(&fleet).await;
    fleet.retire_oldest().await;
    let (_, rebuilt) = inside(&fleet, &outcomes).await;
    report("kills of the embedded house", &outcomes, events, live.assert_equal(&rebuilt));
}

/// Looks into the data that no server has open: checks the log, and reads the views.
async fn inside(fleet: &Fleet, outcomes: &[Outcome]) -> (usize, Rows) {
    let data = fleet.data.path().display().to_string();
    let config = Config::from_variables([("HBNB_DATA_DIR".to_owned(), data)]).expect("the settings are valid");
    let database = Database::open(&config).await.expect("the data can be opened");
    let mut connection = database.pool().acquire().await.expect("a connection");
    let events = assert_log_is_what_was_told(&mut connection, outcomes).await;
    let rows = Rows::read(&mut connection).await;
    drop(connection);
    database.close().await;
    (events, rows)
}
