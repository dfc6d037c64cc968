//! What a flood of sign-ins costs those who only read: attackers offer 10,000 a minute with wrong passwords, of accounts
//! that exist and of ones that do not, each from an address of its own, so that no limit per address hides them.
//!
//! ```sh
//! DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres cargo bench -p hbnb-infra --no-default-features --bench sign_in
//! ```
//!
//! It needs a PostgreSQL and makes a database of its own there, which it drops at the end; without `DATABASE_URL` it
//! says so and does nothing. Attackers do not wait for answers before they send the next request (an open loop). Reads
//! of places are measured in two ways: at a steady rate, each from the moment at which it was due, and flat out by 16
//! clients. Rounds with and without the attack alternate; the table gives the medians over the rounds, as machines are
//! noisy. Server, attackers and readers share this process and its cores.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::panic)]

mod attack;
mod readers;
mod scene;

use std::sync::Arc;
use std::time::Duration;

use attack::Attack;
use readers::{Figures, Pace};
use scene::Scene;

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(4);
/// Reads a second at the steady pace.
const STEADY: u32 = 320;
/// What the attack may cost.
const AIM: f64 = 1.2;

fn main() {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("The benchmark needs a PostgreSQL server: set DATABASE_URL to one where databases can be created.");
        return;
    };
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(run(&url));
}

async fn run(url: &str) {
    let scene = Arc::new(Scene::set(url).await);
    println!("median of {ROUNDS} rounds of {ROUND:?}, alternating\n");
    println!("{:<30} {:>12} {:>12} {:>12}", "", "alone", "attacked", "slowdown");
    for (name, pace) in [("steady", Pace::Steady { per_second: STEADY }), ("flat out", Pace::FlatOut)] {
        let (alone, attacked) = rounds(&scene, pace).await;
        let median = |figures: &[Figures], of: fn(&Figures) -> f64| middle(figures.iter().map(of).collect());
        let (before, after) = (median(&alone, |f| f.median_ms), median(&attacked, |f| f.median_ms));
        line(&format!("{name}: median latency, ms"), before, after, after / before);
        let (before, after) = (median(&alone, |f| f.per_second), median(&attacked, |f| f.per_second));
        line(&format!("{name}: reads a second"), before, after, before / after);
    }
    println!("\nThe attack's answers by status: {:?}", scene.attack_statuses());
    Arc::into_inner(scene).expect("the rounds are over").strike().await;
}

/// Rounds without and with the attack, in turns.
async fn rounds(scene: &Arc<Scene>, pace: Pace) -> (Vec<Figures>, Vec<Figures>) {
    let (mut alone, mut attacked) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(readers::round(scene, pace, ROUND).await);
        let attack = Attack::begin(scene);
        attacked.push(readers::round(scene, pace, ROUND).await);
        attack.end().await;
    }
    (alone, attacked)
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn line(name: &str, alone: f64, attacked: f64, slowdown: f64) {
    let verdict = if slowdown <= AIM { "within a fifth" } else { "MORE THAN A FIFTH" };
    println!("{name:<30} {alone:>12.2} {attacked:>12.2} {slowdown:>11.2}x  {verdict}");
}
