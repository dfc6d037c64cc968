//! How much memory a server takes at its worst.

use std::time::Duration;

use futures::{StreamExt, stream};
use harness::{Client, Process, TestDatabase, day, hbnb, needs_postgres, say};
use tokio::time::Instant;

use super::dice::Dice;
use super::listings::cities;
use super::settled::settled;
use super::turn::turn;

/// The most that a server on PostgreSQL may ever have resident.
const MOST_KIB: u64 = 150 * 1024;
/// How many reads, and how many of them at a time.
const READS: usize = 100_000;
const AT_A_TIME: usize = 64;

/// Measures the program that `HBNB_MEASURE` names. As it is run in production (see README), with `DATABASE_URL` set:
///
/// ```sh
/// cargo build --release --no-default-features -p hbnb-infra
/// HBNB_MEASURE=$PWD/target/release/hbnb cargo test -p hbnb-tests --test it -- processes::memory
/// ```
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_cities_and_a_hundred_thousand_reads_fit_in_150_megabytes() {
    const NAME: &str = "two_cities_and_a_hundred_thousand_reads_fit_in_150_megabytes";
    let Ok(program) = std::env::var("HBNB_MEASURE") else {
        say(&format!(
            "SKIPPED {NAME}: takes minutes; set HBNB_MEASURE to the path of a release build of hbnb to run it"
        ));
        return;
    };
    if !needs_postgres(NAME) {
        return;
    }
    let Some(cities) = cities(NAME) else { return };
    let _turn = turn().await;
    let database = TestDatabase::create().await.expect("DATABASE_URL is set");
    let (data, url) = (tempfile::tempdir().expect("a folder can be made"), database.url());
    let server = &Process::serve(&program, data.path(), Some(&url)).await;
    say(&format!("memory: peak {} MiB at start", peak(server) / 1024));
    for city in &cities {
        hbnb(&program, data.path(), Some(&url), &["import", "listings", city.file()]).await.expect(2);
    }
    settled(&mut database.connect().await).await;
    say(&format!("memory: peak {} MiB after both cities", peak(server) / 1024));
    let took = read_mixed(server.client()).await;
    let most = peak(server);
    say(&format!("memory: peak {} MiB after {READS} reads in {took:?}", most / 1024));
    assert!(most < MOST_KIB, "{most} KiB");
}

/// Lists by every filter, places, calendars, prices and hosts, in turn.
async fn read_mixed(client: Client) -> Duration {
    let first = client.get("/places?per_page=100").await.expect(200);
    let items = first.data()["items"].as_array().expect("items");
    let text = |item: &serde_json::Value, name: &str| item[name].as_str().expect("text").to_owned();
    let places: Vec<_> = items.iter().map(|item| (text(item, "id"), text(item, "owner_id"))).collect();
    let (client, places, begun) = (&client, &places, Instant::now());
    stream::iter(0..READS)
        .for_each_concurrent(AT_A_TIME, |number| async move {
            let path = path(&mut Dice::new(number as u64), places);
            client.get(&path).await.expect(200);
        })
        .await;
    begun.elapsed()
}

fn path(dice: &mut Dice, places: &[(String, String)]) -> String {
    let (place, host) = dice.pick(places);
    let (low, days) = (dice.below(200), dice.below(300) as i64 + 1);
    match dice.below(8) {
        0 => format!("/places?per_page=100&page={}", 1 + dice.below(60)),
        1 => format!("/places?location=Boston&price_min={low}&price_max={}&currency=USD", low + 100),
        2 => format!("/places?location=38.9,-77.03&radius=5&guests={}", 1 + dice.below(4)),
        3 => format!("/places?check_in={}&check_out={}", day(days), day(days + 3)),
        4 => format!("/places/{place}/availability?from={}&to={}", day(days), day(days + 60)),
        5 => format!("/users/{host}"),
        _ => format!("/places/{place}"),
    }
}

/// The most that the process ever had resident, in KiB.
fn peak(server: &Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux says it");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
