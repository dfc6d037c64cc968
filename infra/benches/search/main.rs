//! What a search costs, at 2,000, 20,000 and 200,000 places: this search on PostgreSQL beside the bare SQL, and on
//! Meilisearch beside Meilisearch asked directly, in one run.
//!
//! ```sh
//! DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres cargo bench -p hbnb-infra --no-default-features --bench search
//! ```
//!
//! It makes a database of its own, fills it through the appender as hosts would (see `places.rs`: twice 200 places a
//! city, so that what is near a point does not grow with the world), and drops it at the end. With `MEILI_URL` (and
//! `MEILI_KEY`) the index is fed and asked, too. One client asks; questions differ from each other, and every contestant
//! is asked the same ones: in even rounds this search goes first, in odd ones what it is compared with, and PostgreSQL and
//! Meilisearch alternate. `-- SIZE…` asks at other sizes: `-- 2000` takes a few seconds.
//!
//! Contestants answer the same: a page of 20 in order with what is shown of each, how many match (counted to 10,001),
//! facets, and what was found where. This search also understands mistyped words on PostgreSQL and, on Meilisearch, asks
//! the database what has changed that the index does not know of: nothing, but in the lines that say so. Beside each figure
//! stands whether it keeps to the aim: a median within 1.3 times the engine's asked directly, a 99th percentile within 5
//! times the median, and, of a kind that finds as many however many places there are, ten times the places in three times
//! the time. Under the table stand the plans of this search's own statements. It ends with an error where an aim is missed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::panic)]

mod bare;
mod direct;
#[path = "../house/mod.rs"]
mod house;
mod places;
mod plans;
mod questions;

use std::collections::HashMap;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use house::House;
use projections::ReadError;
use projections::search::{Engine, Search};

use crate::places::World;
use crate::questions::{KINDS, Kind, Question};

const SIZES: [usize; 3] = [2_000, 20_000, 200_000];
/// Questions of each kind that every contestant is asked and timed by.
const ASKED: usize = 200;
/// Questions before those: PostgreSQL plans a statement anew for the first five times on a connection, and the house has 16.
const WARM_UP: usize = 200;
/// Filling may take so long.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// The aims: a median by that of the engine asked directly, a 99th percentile by the median, and a median by that of a tenth
/// of the places.
const TO_BARE: f64 = 1.3;
const TO_MEDIAN: f64 = 5.0;
const TO_TENTH: f64 = 3.0;

fn main() -> ExitCode {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("The benchmark needs a PostgreSQL server: set DATABASE_URL to one where databases can be created.");
        return ExitCode::SUCCESS;
    };
    let sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if sizes.is_empty() { SIZES.to_vec() } else { sizes };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    // In a task, as a server asks: what waits outside of one is woken by another thread.
    let asking = runtime.spawn(async move { run(&url, &sizes).await });
    if runtime.block_on(asking).unwrap() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether every aim is kept.
async fn run(url: &str, sizes: &[usize]) -> bool {
    let meili = std::env::var("MEILI_URL").ok();
    let key = std::env::var("MEILI_KEY").ok();
    let settings = meili.as_deref().map(|url| ("MEILI_URL", url)).into_iter();
    let settings: Vec<_> = settings.chain(key.as_deref().map(|key| ("MEILI_KEY", key))).collect();
    let house = House::open(url, "search", &settings).await;
    let mut world = World::begin(&house).await;
    println!("{:>8}  {:<34} {:>9} {:>9} {:>9}", "places", "milliseconds", "p50", "p99", "to bare");
    let mut table = Table::default();
    for size in sizes {
        let begun = Instant::now();
        world.grow(&house, *size, meili.is_some(), begun + PATIENCE).await;
        println!("{size:>8}  filled in {:.0?}", begun.elapsed());
        let direct = match &meili {
            Some(url) => Some(direct::Direct::new(&house, url, key.as_deref()).await),
            None => None,
        };
        measure(&house, &world, direct.as_ref(), &mut table).await;
        if let Some(direct) = &direct {
            measure_behind(&house, &mut world, direct).await;
        }
    }
    plans::explain(&house, &world).await;
    house.close().await;
    println!("\n{} of {} aims are missed", table.missed, table.compared);
    table.missed == 0
}

async fn measure(house: &House, world: &World, direct: Option<&direct::Direct>, table: &mut Table) {
    let postgres = Search::new(house.app.views.clone());
    for kind in KINDS {
        let questions: Vec<Question> = (0..WARM_UP + ASKED).map(|number| kind.question(world, number)).collect();
        let mut all = [const { Vec::new() }; 4];
        for (number, question) in questions.iter().enumerate() {
            // Whoever comes second finds warm what the first one has read, and an engine what it has just done itself.
            let order = if number % 2 == 0 { [0, 2, 1, 3] } else { [1, 3, 0, 2] };
            for contestant in order {
                let took = match (contestant, direct) {
                    (0, _) => timed(postgres.places(&question.query)).await,
                    (1, _) => timed(bare::ask(house, question)).await,
                    (2, Some(_)) => timed(by_index(house, question)).await,
                    (_, Some(direct)) => timed(direct.ask(question)).await,
                    (_, None) => continue,
                };
                if number >= WARM_UP {
                    all[contestant].push(took);
                }
            }
        }
        table.print(world.size(), kind, &all);
    }
}

/// What an index costs that does not know the last change yet, as while somebody books: told, and held to no aim.
async fn measure_behind(house: &House, world: &mut World, direct: &direct::Direct) {
    println!("{:>8}  of an index that is one change behind", world.size());
    feed(house, "clock_timestamp() + interval '1 hour'").await;
    world.change(house).await;
    world.settle(house, false, Instant::now() + PATIENCE).await;
    for kind in KINDS {
        let mut all = [const { Vec::new() }; 2];
        for number in 0..WARM_UP + ASKED {
            let question = kind.question(world, number);
            let took = [timed(by_index(house, &question)).await, timed(direct.ask(&question)).await];
            if number >= WARM_UP {
                all.iter_mut().zip(took).for_each(|(all, took)| all.push(took));
            }
        }
        let [(p50, p99), (bare_p50, _)] = [percentiles(&all[0]), percentiles(&all[1])];
        println!("{:>8}    {:<32} {p50:>9.2} {p99:>9.2} {:>8.2}x", "", kind.name(), p50 / bare_p50);
    }
    feed(house, "null").await;
    world.settle(house, true, Instant::now() + PATIENCE).await;
}

/// From when on the index is fed again.
async fn feed(house: &House, from: &str) {
    sqlx::query(&format!("update search_feeders set retry_at = {from}")).execute(house.app.pool()).await.unwrap();
}

/// This search, which must not fall back on PostgreSQL.
async fn by_index(house: &House, question: &Question) -> Result<(), ReadError> {
    let answer = house.app.search.places(&question.query).await?;
    assert_ne!(answer.engine, Engine::POSTGRES, "the index did not answer");
    Ok(())
}

/// How long an answer takes; a wrong or missing one ends the benchmark.
async fn timed<T, E: std::fmt::Debug>(answer: impl Future<Output = Result<T, E>>) -> Duration {
    let begun = Instant::now();
    answer.await.unwrap();
    begun.elapsed()
}

/// What has been printed, as far as later lines are compared with it.
#[derive(Default)]
struct Table {
    /// The median at the size before, by kind and engine.
    before: HashMap<(&'static str, usize), (usize, f64)>,
    compared: usize,
    missed: usize,
}

impl Table {
    fn print(&mut self, size: usize, kind: Kind, all: &[Vec<Duration>; 4]) {
        let names = ["this search, PostgreSQL", "  bare SQL", "this search, Meilisearch", "  Meilisearch, directly"];
        println!("{size:>8}  {}", kind.name());
        for pair in [0, 2] {
            if all[pair].is_empty() {
                continue;
            }
            let [(p50, p99), (bare_p50, bare_p99)] = [pair, pair + 1].map(|number| percentiles(&all[number]));
            let mut verdict = self.verdict("median", p50 / bare_p50, TO_BARE);
            verdict += &self.verdict("p99", p99 / p50, TO_MEDIAN);
            let before = self.before.insert((kind.name(), pair), (size, p50));
            if let Some((_, tenth)) = before.filter(|(tenth, _)| kind.is_selective() && tenth * 10 == size) {
                verdict += &self.verdict("growth", p50 / tenth, TO_TENTH);
            }
            println!("{:>8}    {:<32} {p50:>9.2} {p99:>9.2} {:>8.2}x{verdict}", "", names[pair], p50 / bare_p50);
            println!("{:>8}    {:<32} {bare_p50:>9.2} {bare_p99:>9.2}", "", names[pair + 1]);
        }
    }

    /// Nothing where it is kept, else by how much it is missed.
    fn verdict(&mut self, what: &str, is: f64, aim: f64) -> String {
        self.compared += 1;
        if is <= aim {
            return String::new();
        }
        self.missed += 1;
        format!("  {what} {is:.1}x, aim {aim}x")
    }
}

/// The median and the 99th percentile, in milliseconds.
fn percentiles(took: &[Duration]) -> (f64, f64) {
    let mut took = took.to_vec();
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() * percent / 100).min(took.len() - 1)].as_secs_f64() * 1e3;
    (at(50), at(99))
}
