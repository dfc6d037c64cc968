//! What a flood of sign-ins costs those who only read: attackers offer 600 to 10,000 a minute with wrong passwords, of
//! accounts that exist and of ones that do not, each from an address of its own, so that no limit per address hides them.
//!
//! ```sh
//! DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres cargo bench -p hbnb-infra --no-default-features --bench sign_in
//! ```
//!
//! It needs a PostgreSQL and makes a database of its own there, which it drops at the end; without `DATABASE_URL` it
//! says so and does nothing. `-- RATE…` offers others. Attackers do not wait for answers before they send the next request (an open loop). Readers
//! look at a place that the cache holds, at a place's calendar, and at their own profile, signed in, in turns: at a steady
//! rate, each read from the moment at which it was due, and flat out by 16 clients. Rounds with and without the attack
//! alternate; the table gives the medians over the rounds, as machines are noisy. The aim is for the median latency and
//! for the throughput; the 99th percentile is told beside them: on a machine of few cores it shows how long a thread that
//! hashes keeps a core. Server, attackers and readers share this process and its cores, so that what the attackers
//! themselves take counts against the house. A run in which fewer attempts were offered, or a limit per address met them,
//! ends with an error instead of a verdict.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::panic)]

mod attack;
#[path = "../house/mod.rs"]
mod house;
mod readers;
mod scene;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use attack::{Attack, Tally};
use readers::{Figures, Pace};
use scene::Scene;

const ROUNDS: usize = 5;
/// Attempts a minute: those that could all be judged cost the most, where nothing holds them back.
const ATTACKS: [u32; 4] = [600, 1_500, 3_000, 10_000];
const ROUND: Duration = Duration::from_secs(4);
/// Reads a second at the steady pace.
const STEADY: u32 = 320;
/// What the attack may add to the latency, and take of the throughput: if more, the benchmark ends with an error.
const A_FIFTH: f64 = 0.2;

fn main() -> ExitCode {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("The benchmark needs a PostgreSQL server: set DATABASE_URL to one where databases can be created.");
        return ExitCode::SUCCESS;
    };
    let attacks: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let attacks = if attacks.is_empty() { ATTACKS.to_vec() } else { attacks };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if runtime.block_on(run(&url, &attacks)) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What one pace showed.
struct Rounds {
    alone: Vec<Figures>,
    attacked: Vec<Figures>,
}

/// Whether the attack costs no more than it may.
async fn run(url: &str, attacks: &[u32]) -> bool {
    let scene = Arc::new(Scene::set(url).await);
    readers::tell_apart(&scene).await;
    println!("median of {ROUNDS} rounds of {ROUND:?}, alternating; 401: compared and wrong, 503: turned away");
    let mut is_kept = true;
    for a_minute in attacks.iter().copied() {
        let (steady, attack) = rounds(&scene, Pace::Steady { per_second: STEADY }, a_minute).await;
        let (flat_out, another) = rounds(&scene, Pace::FlatOut, a_minute).await;
        println!();
        attack.and(another).tell();
        println!("{:<30} {:>12} {:>12} {:>12}", "", "alone", "attacked", "change");
        is_kept &= [compare("steady", &steady), compare("flat out", &flat_out)] == [true, true];
    }
    Arc::into_inner(scene).expect("the rounds are over").strike().await;
    is_kept
}

/// Rounds without and with the attack, in turns.
async fn rounds(scene: &Arc<Scene>, pace: Pace, a_minute: u32) -> (Rounds, Tally) {
    let (mut alone, mut attacked, mut attacks) = (Vec::new(), Vec::new(), Tally::default());
    for _ in 0..ROUNDS {
        alone.push(readers::round(scene, pace, ROUND).await);
        let attack = Attack::begin(scene, a_minute);
        attacked.push(readers::round(scene, pace, ROUND).await);
        attacks = attacks.and(attack.end().await);
    }
    (Rounds { alone, attacked }, attacks)
}

/// Prints what the attack cost; whether that is within the aim.
fn compare(name: &str, rounds: &Rounds) -> bool {
    let medians = |of: fn(&Figures) -> f64| {
        let middle = |figures: &[Figures]| middle(figures.iter().map(of).collect());
        (middle(&rounds.alone), middle(&rounds.attacked))
    };
    let (median, p99) = (medians(|figures| figures.median_ms), medians(|figures| figures.p99_ms));
    let per_second = medians(|figures| figures.per_second);
    let [longer, fewer] = [change(median) <= A_FIFTH, change(per_second) >= -A_FIFTH];
    line(name, "median latency, ms", median, verdict(longer));
    line(name, "99th percentile, ms", p99, "");
    line(name, "reads a second", per_second, verdict(fewer));
    longer && fewer
}

/// By what part of itself a figure changes under attack.
fn change((alone, attacked): (f64, f64)) -> f64 {
    attacked / alone - 1.0
}

fn line(name: &str, what: &str, figures: (f64, f64), verdict: &str) {
    let ((alone, attacked), percent) = (figures, change(figures) * 100.0);
    println!("{:<30} {alone:>12.2} {attacked:>12.2} {percent:>+11.0}%  {verdict}", format!("{name}: {what}"));
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn verdict(kept: bool) -> &'static str {
    if kept { "within a fifth" } else { "MORE THAN A FIFTH" }
}
