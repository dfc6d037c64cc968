//! Ten thousand random commands over random people and places, against a plain model of the rules in memory: the same
//! answers, the same final state, on whichever database the suite runs on.
//!
//! Several small worlds (`world`), each with a few people and places, live side by side in one house. In rounds each
//! world attempts things (`generate`, `act`) at moments of its own (`clock`), and the program's own use cases
//! (`attempt`) must answer as the model does (`player`). Between rounds the common clock jumps, and the program's own
//! workers do what has become due. In the end everything that the program holds is compared (`agree`).
//!
//! A disagreement is printed with its seed and with a history that is as short as can be (`shrink`). Run one seed again
//! with `HBNB_MODEL_SEED=<seed>`; `HBNB_MODEL_RUNS=<n>` runs that many seeds from there on.

mod act;
mod agree;
mod answer;
mod attempt;
mod calendar;
mod clock;
mod generate;
mod histories;
mod house;
mod names;
mod player;
mod random;
mod run;
mod shrink;
mod tally;
mod world;

use std::time::Instant;

use jiff::Timestamp;

use house::House;
use player::{Mismatch, Player};
use random::Random;
use run::{Failure, Size};

const TEN_THOUSAND: Size = Size { worlds: 20, rounds: 10, attempts: 50 };
/// The run that everybody makes: what it finds, it finds everywhere.
const SEED: u64 = 20_261_122;

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_random_commands_are_answered_as_the_model_answers_them() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("HBNB_MODEL_SEED").unwrap_or(SEED);
    for seed in first..first + number("HBNB_MODEL_RUNS").unwrap_or(1) {
        play(seed).await;
    }
}

async fn play(seed: u64) {
    let (began, mut random) = (Instant::now(), Random::new(seed));
    let start = run::start(&mut random);
    let house = House::open(start).await;
    let opened = began.elapsed();
    let worlds = match played_and_compared(&house, &mut random, start).await {
        Ok(worlds) => worlds,
        Err(failure) => {
            house.close().await;
            let found = failure.mismatch.clone();
            panic!("{}", told(seed, &found, &shrink::shorten(failure).await))
        }
    };
    house.close().await;
    println!("seed {seed}: opened in {opened:.1?}, all done in {:.1?}", began.elapsed());
    let answers = tally::count(&worlds);
    // Chance has a part in how often the runs of other seeds hear what is rare.
    if seed == SEED {
        tally::check(&answers);
    }
}

async fn played_and_compared(house: &House, random: &mut Random, start: Timestamp) -> Result<Vec<Player>, Failure> {
    let began = Instant::now();
    let worlds = run::play(house, random, TEN_THOUSAND, start).await?;
    println!("played in {:.1?}", began.elapsed());
    agree::check(house, &worlds).await?;
    Ok(worlds)
}

/// A disagreement, for a person to read and to play again.
fn told(seed: u64, found: &Mismatch, failure: &Failure) -> String {
    let steps: Vec<String> = failure.steps.iter().map(|step| format!("  {step:?}")).collect();
    format!(
        "the program and the model disagree (HBNB_MODEL_SEED={seed})\n  {found}\nand, in a history of {} steps:\n{}\n  {}",
        steps.len(),
        steps.join("\n"),
        failure.mismatch
    )
}
