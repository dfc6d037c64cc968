//! How much memory a server takes at its worst.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use domain::Currency;
use futures::{StreamExt, stream};
use harness::{Person, Process, TestDatabase, day, hbnb, needs_postgres, say};
use infra::import::ListingReader;
use serde_json::json;
use tokio::process::Command;
use tokio::time::Instant;
use uuid::Uuid;

use super::dice::Dice;
use super::listings::{Listings, cities};
use super::settled::settled;
use super::turn::turn;

/// The most that a server on PostgreSQL, or the command that imports, may ever have resident.
const MOST_KIB: u64 = 150 * 1024;
/// Listings of one request, as many as the command line sends.
const BATCH: usize = 50;
/// How many reads, and how many of them at a time.
const READS: usize = 100_000;
const AT_A_TIME: usize = 64;

/// Measures the program that `HBNB_MEASURE` names. As it is run in production (see README), with `DATABASE_URL` set:
///
/// ```sh
/// cargo build --release --no-default-features -p hbnb-infra
/// HBNB_MEASURE=$PWD/target/release/hbnb HBNB_LISTINGS_DIR=… cargo test -p hbnb-tests --test it -- processes::memory
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
    let admin = an_admin(&program, server, data.path(), &url).await;
    for city in &cities {
        import(&admin, city).await;
    }
    settled(&mut database.connect().await).await;
    say(&format!("memory: peak {} MiB after both cities", peak(server) / 1024));
    let most_of_command = import_from_the_command_line(&program, data.path(), &cities).await;
    say(&format!("memory: peak {} MiB of the command that imports", most_of_command / 1024));
    assert!(most_of_command < MOST_KIB, "{most_of_command} KiB");
    let took = read_mixed(&admin).await;
    let most = peak(server);
    say(&format!("memory: peak {} MiB after {READS} reads in {took:?}", most / 1024));
    assert!(most < MOST_KIB, "{most} KiB");
}

/// Somebody who may import, on the server itself.
async fn an_admin(program: &str, server: &Process, data: &Path, url: &str) -> Person {
    let client = server.client();
    let person = client.somebody("Root").await;
    hbnb(program, data, Some(url), &["users", "grant", &person.email, "admin", "--reason", "Measures."])
        .await
        .expect(0);
    client.sign_in(person.id, &person.email).await
}

/// Sends a city to the server, as the command line does through a server: what is measured then is the server.
async fn import(admin: &Person, city: &Listings) {
    let rows = ListingReader::open(&city.path, Currency::USD).expect("the file can be read");
    let listings: Vec<_> = rows.filter_map(|row| row.expect("it is CSV").ok()).map(|(listing, _)| listing).collect();
    let sends = listings.chunks(BATCH).map(|batch| async move {
        let body = json!({"source": "airbnb", "listings": batch});
        admin.client.post("/admin/imports/listings", body).await.expect(200);
    });
    stream::iter(sends).for_each_concurrent(4, |send| send).await;
}

/// The most that the command takes which opens the house itself; it does so on a database of its own.
async fn import_from_the_command_line(program: &str, data: &Path, cities: &[Listings]) -> u64 {
    let database = TestDatabase::create().await.expect("DATABASE_URL is set");
    let url = database.url();
    hbnb(program, data, Some(&url), &["migrate", "up"]).await.expect(0);
    let mut most = 0;
    for city in cities {
        let mut command = Command::new(program);
        command.args(["import", "listings", city.file()]).env_clear().env("HBNB_DATA_DIR", data);
        command.env("DATABASE_URL", &url).stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
        let mut running = command.spawn().expect("the program starts");
        let id = running.id().expect("it runs");
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        let ended = loop {
            tokio::select! {
                ended = running.wait() => break ended.expect("it can be waited for"),
                _ = ticks.tick() => most = most.max(peak_of(id).unwrap_or(0)),
            }
        };
        assert_eq!(ended.code(), Some(2), "it reports the rows that are no places");
    }
    assert!(most > 0, "it was measured");
    most
}

/// Lists by every filter, places, calendars, prices, bookings and hosts, in turn.
async fn read_mixed(admin: &Person) -> Duration {
    let first = admin.client.get("/places?per_page=100").await.expect(200);
    let items = first.data()["items"].as_array().expect("items");
    let text = |item: &serde_json::Value, name: &str| item[name].as_str().expect("text").to_owned();
    let places: Vec<_> = items.iter().map(|item| (text(item, "id"), text(item, "owner_id"))).collect();
    let guest = admin.client.somebody("Gil").await;
    let room = admin.lists(json!({})).await;
    let mut bookings = Vec::new();
    for week in 0..20 {
        bookings.push(guest.asks_for(&room, 10 + week * 7, 12 + week * 7).await.expect(201).id());
    }
    let (client, begun) = (&guest.client, Instant::now());
    let known = &Known { places, room: room.id, bookings };
    stream::iter(0..READS)
        .for_each_concurrent(AT_A_TIME, |number| async move {
            let path = path(&mut Dice::new(number as u64), known);
            client.get(&path).await.expect(200);
        })
        .await;
    begun.elapsed()
}

/// What there is to read.
struct Known {
    /// With their hosts.
    places: Vec<(String, String)>,
    /// One that takes any stay.
    room: Uuid,
    bookings: Vec<Uuid>,
}

fn path(dice: &mut Dice, known: &Known) -> String {
    let (place, host) = dice.pick(&known.places);
    let (low, days) = (dice.below(200), dice.below(300) as i64 + 1);
    match dice.below(12) {
        0 => format!("/places?per_page=100&page={}", 1 + dice.below(60)),
        1 => format!("/places?location=Boston&price_min={low}&price_max={}&currency=USD", low + 100),
        2 => format!("/places?location=38.9,-77.03&radius=5&guests={}", 1 + dice.below(4)),
        3 => format!("/places?check_in={}&check_out={}", day(days), day(days + 3)),
        4 => format!("/places/{place}/availability?from={}&to={}", day(days), day(days + 60)),
        5 => format!("/users/{host}"),
        6 => format!("/places/{}/price?check_in={}&check_out={}", known.room, day(days), day(days + 3)),
        7 => format!("/bookings/{}", dice.pick(&known.bookings)),
        8 => "/bookings?role=guest&per_page=20".to_owned(),
        _ => format!("/places/{place}"),
    }
}

/// The most that the server ever had resident, in KiB.
fn peak(server: &Process) -> u64 {
    peak_of(server.id()).expect("the process runs")
}

/// The same of any process; `None` once it has ended.
fn peak_of(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
