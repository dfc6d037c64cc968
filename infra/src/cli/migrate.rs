//! `hbnb migrate`: deeper than the API, which only exists on a schema that is up to date.

use axum::http::Method;
use serde_json::Value;

use super::Outcome;
use super::args::Migrate;
use super::error::CliError;
use super::out;
use super::session::running_server;
use crate::config::Config;
use crate::database::Database;
use crate::database::migrations::{self, Step};
use crate::operator::{LocalApi, MIGRATIONS, MIGRATIONS_UP};

/// Runs the command on the database, or through the server that has it open.
pub(super) async fn run(config: &Config, command: &Migrate) -> Result<Outcome, CliError> {
    if let Some(server) = running_server(config).await {
        return through(&server, command).await;
    }
    let database = Database::open(config).await?;
    let outcome = on(&database, command).await;
    database.close().await;
    outcome
}

async fn on(database: &Database, command: &Migrate) -> Result<Outcome, CliError> {
    match command {
        Migrate::Up => say_applied(migrations::up(database.pool()).await? as u64)?,
        Migrate::Down { steps } => {
            for version in migrations::down(database.pool(), *steps).await? {
                out::line(format_args!("{version:04} taken back"))?;
            }
        }
        Migrate::Status => {
            for Step { version, description, applied } in migrations::status(database.pool()).await? {
                say_step(version, &description, applied)?;
            }
        }
    }
    Ok(Outcome::Done)
}

async fn through(server: &LocalApi, command: &Migrate) -> Result<Outcome, CliError> {
    match command {
        Migrate::Up => {
            let data = call(server, Method::POST, MIGRATIONS_UP).await?;
            say_applied(data["applied"].as_u64().unwrap_or_default())?;
        }
        Migrate::Down { .. } => {
            let reason = "a server runs on this data and needs its tables: stop it, then take migrations back";
            return Err(CliError::Impossible(reason.to_owned()));
        }
        Migrate::Status => {
            for step in call(server, Method::GET, MIGRATIONS).await?.as_array().into_iter().flatten() {
                let (version, description) = (step["version"].as_i64(), step["description"].as_str());
                say_step(version.unwrap_or_default(), description.unwrap_or_default(), step["applied"] == true)?;
            }
        }
    }
    Ok(Outcome::Done)
}

async fn call(server: &LocalApi, method: Method, path: &str) -> Result<Value, CliError> {
    let (status, mut answer) = server.call(method, path, None).await?;
    if status.is_success() { Ok(answer["data"].take()) } else { Err(CliError::Refused { status, answer }) }
}

fn say_applied(applied: u64) -> std::io::Result<()> {
    match applied {
        0 => out::line("nothing to apply: the schema is up to date"),
        applied => out::line(format_args!("{applied} migration(s) applied")),
    }
}

fn say_step(version: i64, description: &str, applied: bool) -> std::io::Result<()> {
    out::line(format_args!("{version:04}  {:8}  {description}", if applied { "applied" } else { "pending" }))
}
