//! Whether the program's final state is the model's: its log, its aggregates, its claims, its views.

mod aggregates;
mod claims;
mod log;
mod views;

use std::collections::HashSet;
use std::fmt::Debug;

use futures::future::join_all;
use log::Log;

use super::house::House;
use super::player::{Mismatch, Player};
use super::run::Failure;

/// Compares everything there is in the house with what its worlds came to.
pub(super) async fn check(house: &House, worlds: &[Player]) -> Result<(), Failure> {
    let of_the_house = |mismatch| Failure { mismatch, steps: Vec::new() };
    house.settle().await.map_err(of_the_house)?;
    let log = Log::read(house).await;
    log.check_order().map_err(of_the_house)?;
    let compared = join_all(worlds.iter().map(|player| check_world(house, player, &log))).await;
    for (outcome, player) in compared.into_iter().zip(worlds) {
        outcome.map_err(|mismatch| Failure { mismatch, steps: player.steps.clone() })?;
    }
    log.check_nothing_else(worlds).map_err(of_the_house)?;
    claims::check_nothing_else(house, worlds).await.map_err(of_the_house)?;
    views::check_nothing_else(house, worlds).await.map_err(of_the_house)?;
    views::check_rebuild(house).await.map_err(of_the_house)
}

/// Compares one world, whatever else there is in the house.
pub(super) async fn check_alone(house: &House, player: &Player) -> Result<(), Mismatch> {
    house.settle().await?;
    check_world(house, player, &Log::read(house).await).await
}

async fn check_world(house: &House, player: &Player, log: &Log) -> Result<(), Mismatch> {
    log.check(player)?;
    aggregates::check(house, player).await?;
    claims::check(house, player).await?;
    views::check(house, player, log).await
}

fn same<T: PartialEq + Debug>(about: impl FnOnce() -> String, model: T, program: T) -> Result<(), Mismatch> {
    if model == program {
        return Ok(());
    }
    let (model, program) = (format!("{model:#?}"), format!("{program:#?}"));
    let (model, program) = (only_here(&model, &program), only_here(&program, &model));
    Err(Mismatch { about: about(), model, program })
}

/// The lines that the other text does not have.
fn only_here(text: &str, other: &str) -> String {
    let others: HashSet<&str> = other.lines().collect();
    text.lines().filter(|line| !others.contains(line)).map(str::trim).collect::<Vec<_>>().join(" ")
}
