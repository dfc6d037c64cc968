//! What HBNB costs over HTTP: booking commands beside a bare axum handler that does one insert, and place reads with the
//! cache and without it beside one that returns the same bytes, in one run.
//!
//! ```sh
//! DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres cargo bench -p hbnb-infra --no-default-features --bench http
//! ```
//!
//! It needs a PostgreSQL with fsync on and makes a database of its own there, which it drops at the end; without
//! `DATABASE_URL` it says so and does nothing. 64 clients keep a connection each and send the next request when the
//! last is answered. Server and clients share this process and its cores. Every booking is for two nights that are
//! free, on one of 256 instant places; it is answered when the views contain it. Place reads go round these places; those
//! while others book go on while eight more clients do so. Contestants take turns in rounds; the table gives the median
//! of the rounds, as machines are noisy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::panic)]

mod client;
#[path = "../house/mod.rs"]
mod house;
mod scene;

use std::sync::Arc;
use std::time::Duration;

use client::{Figures, Maker, Request, median, round};
use scene::Scene;

const CLIENTS: usize = 64;
/// Those who book while others read.
const BOOKERS: usize = 8;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);

fn main() {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("The benchmark needs a PostgreSQL server: set DATABASE_URL to one where databases can be created.");
        return;
    };
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(run(&url));
}

async fn run(url: &str) {
    let scene = Arc::new(Scene::set(url).await);
    let mut groups = contestants(&scene);
    for _ in 0..ROUNDS {
        for contestant in groups.iter_mut().flatten() {
            contestant.take_turn(&scene).await;
        }
    }
    println!("{CLIENTS} clients, median of {ROUNDS} rounds of {ROUND:?}\n");
    println!("{:<34} {:>10} {:>9} {:>9} {:>9}", "", "requests/s", "p50 ms", "p99 ms", "to bare");
    groups.iter().for_each(|group| print(group));
    println!("\nThe cache: {:?}", scene.cache_counts());
    drop(groups);
    Arc::into_inner(scene).expect("the rounds are over").strike().await;
}

/// Somebody who takes a turn in each round.
struct Contestant {
    name: &'static str,
    make: Maker,
    /// Whether others book meanwhile.
    amid_bookings: bool,
    rounds: Vec<Figures>,
}

impl Contestant {
    fn new(name: &'static str, scene: &Arc<Scene>, make: fn(&Scene) -> Request) -> Self {
        Self { name, make: with(scene, make), amid_bookings: false, rounds: vec![] }
    }

    fn amid_bookings(self) -> Self {
        Self { amid_bookings: true, ..self }
    }

    async fn take_turn(&mut self, scene: &Arc<Scene>) {
        let figures = if self.amid_bookings {
            let bookings = with(scene, Scene::booking);
            tokio::join!(round(&self.make, CLIENTS, ROUND), round(&bookings, BOOKERS, ROUND)).0
        } else {
            round(&self.make, CLIENTS, ROUND).await
        };
        self.rounds.push(figures);
    }
}

/// What is compared, the bare handler of each group last.
fn contestants(scene: &Arc<Scene>) -> [Vec<Contestant>; 2] {
    let new = |name, make| Contestant::new(name, scene, make);
    [
        vec![new("POST /bookings", Scene::booking), new("  bare handler, one insert", Scene::bare_insert)],
        vec![
            new("GET /places/{id}", Scene::place),
            new("  while others book", Scene::place).amid_bookings(),
            new("GET /places/{id}, without cache", Scene::uncached_place),
            new("  while others book", Scene::uncached_place).amid_bookings(),
            new("  bare handler, same bytes", Scene::bare_bytes),
        ],
    ]
}

fn print(group: &[Contestant]) {
    let medians: Vec<Figures> = group.iter().map(|contestant| median(&contestant.rounds)).collect();
    let Some((bare, others)) = medians.split_last() else { return };
    for (contestant, figures) in group.iter().zip(others) {
        println!("{:<34} {figures} {:>8.2}x", contestant.name, figures.per_second / bare.per_second);
    }
    println!("{:<34} {bare}", group[others.len()].name);
}

fn with(scene: &Arc<Scene>, make: fn(&Scene) -> Request) -> Maker {
    let scene = Arc::clone(scene);
    Arc::new(move || make(&scene))
}
