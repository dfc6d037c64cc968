//! What HBNB costs over HTTP: booking commands beside a bare axum handler that does one insert, and place reads beside
//! one that returns the same bytes, in one run.
//!
//! ```sh
//! DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres cargo bench -p hbnb-infra --no-default-features --bench http
//! ```
//!
//! It needs a PostgreSQL with fsync on and makes a database of its own there, which it drops at the end; without
//! `DATABASE_URL` it says so and does nothing. 64 clients keep a connection each and send the next request when the
//! last is answered. Server and clients share this process and its cores. Every booking is for two nights that are
//! free, on one of 256 instant places; it is answered when the views contain it. Contestants take turns in rounds; the
//! table gives the median of the rounds, as machines are noisy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::panic)]

mod client;
mod scene;

use std::sync::Arc;
use std::time::Duration;

use client::{Figures, Maker, Request, median, round};
use scene::Scene;

const CLIENTS: usize = 64;
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
    let contestants: [(&str, Maker); 4] = [
        ("POST /bookings", with(&scene, Scene::booking)),
        ("  bare handler, one insert", with(&scene, Scene::bare_insert)),
        ("GET /places/{id}", with(&scene, Scene::place)),
        ("  bare handler, same bytes", with(&scene, Scene::bare_bytes)),
    ];
    let mut figures: [Vec<Figures>; 4] = Default::default();
    for _ in 0..ROUNDS {
        for ((_, make), figures) in contestants.iter().zip(&mut figures) {
            figures.push(round(make, CLIENTS, ROUND).await);
        }
    }
    let medians = figures.map(|rounds| median(&rounds));
    println!("{CLIENTS} clients, median of {ROUNDS} rounds of {ROUND:?}\n");
    println!("{:<28} {:>10} {:>9} {:>9} {:>9}", "", "requests/s", "p50 ms", "p99 ms", "to bare");
    for (pair, names) in medians.chunks(2).zip(contestants.chunks(2)) {
        let ratio = pair[0].per_second / pair[1].per_second;
        println!("{:<28} {} {ratio:>8.2}x", names[0].0, pair[0]);
        println!("{:<28} {}", names[1].0, pair[1]);
    }
    drop(contestants);
    Arc::into_inner(scene).expect("the rounds are over").strike().await;
}

fn with(scene: &Arc<Scene>, make: fn(&Scene) -> Request) -> Maker {
    let scene = Arc::clone(scene);
    Arc::new(move || make(&scene))
}
