//! A run: worlds side by side in one house, in rounds; between rounds the timers catch up.

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::generate::{Generator, deadlines};
use super::house::House;
use super::player::{Mismatch, Player, Step};
use super::random::Random;

/// How much a run does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) worlds: usize,
    pub(super) rounds: usize,
    /// In each world and round.
    pub(super) attempts: usize,
}

/// Within a round a world's own time runs ahead of the timers by no more than this.
const LATEST_TIMERS: SignedDuration = SignedDuration::from_hours(40);

/// Springs forward, falls back, and the end of February in a leap year.
const STARTS: [&str; 4] =
    ["2027-03-09T10:00:00Z", "2027-10-22T21:00:00Z", "2028-02-24T05:00:00Z", "2027-03-30T13:59:00Z"];

/// A disagreement, and what led to it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) mismatch: Mismatch,
    pub(super) steps: Vec<Step>,
}

/// When a run of this seed begins.
pub(super) fn start(random: &mut Random) -> Timestamp {
    random.one(&STARTS).expect("there are some").parse().expect("a time")
}

/// A world under way, with its own time.
struct Running {
    player: Player,
    generator: Generator,
    now: Timestamp,
}

/// Plays worlds with random attempts to the end; gives back what they came to, or the first disagreement.
pub(super) async fn play(
    house: &House,
    random: &mut Random,
    size: Size,
    start: Timestamp,
) -> Result<Vec<Player>, Failure> {
    let mut worlds: Vec<Running> = (0..size.worlds)
        .map(|_| Running { player: Player::new(house.tag()), generator: Generator::new(random.split()), now: start })
        .collect();
    for _ in 0..size.rounds {
        let outcomes = join_all(worlds.iter_mut().map(|world| world.round(house, size.attempts))).await;
        let failed = outcomes.into_iter().zip(&worlds).find_map(|(outcome, world)| Some((outcome.err()?, world)));
        if let Some((mismatch, world)) = failed {
            return Err(Failure { mismatch, steps: world.player.steps.clone() });
        }
        let now = next_round(&worlds, random);
        house.let_timers_run(now).await.map_err(|mismatch| Failure { mismatch, steps: Vec::new() })?;
        for world in &mut worlds {
            world.player.timers_ran(now);
            world.now = now;
        }
    }
    Ok(worlds.into_iter().map(|world| world.player).collect())
}

/// Plays what happened in one world again.
pub(super) async fn replay(house: &House, steps: &[Step]) -> Result<Player, Mismatch> {
    let mut player = Player::new(house.tag());
    for step in steps {
        match step {
            Step::Attempt(attempt) => player.attempt(house, attempt.clone()).await?,
            Step::Timers(now) => {
                house.let_timers_run(*now).await?;
                player.timers_ran(*now);
            }
        }
    }
    Ok(player)
}

impl Running {
    async fn round(&mut self, house: &House, attempts: usize) -> Result<(), Mismatch> {
        let latest = self.now + LATEST_TIMERS;
        for _ in 0..attempts {
            self.now = self.generator.pass_time(&self.player.world, self.now, latest);
            let attempt = self.generator.attempt(&self.player.world, self.now);
            self.player.attempt(house, attempt).await?;
        }
        Ok(())
    }
}

/// When timers catch up: some time after the latest attempt, or exactly at something's deadline.
fn next_round(worlds: &[Running], random: &mut Random) -> Timestamp {
    let latest = worlds.iter().map(|world| world.now).max().expect("there are worlds") + SignedDuration::from_millis(1);
    let soon = latest + SignedDuration::from_hours(48);
    let due: Vec<_> = worlds.iter().flat_map(|world| deadlines(&world.player.world, latest, soon)).collect();
    match random.between(0, 10) {
        0..5 => random.one(&due).map_or(latest, |(_, deadline)| deadline),
        5..7 => latest + SignedDuration::from_mins(random.between(1, 60)),
        _ => latest + SignedDuration::from_hours(random.between(1, 80)),
    }
}
