//! The outermost ring of HBNB: adapters to databases and services, configuration, and the `hbnb` program that wires
//! everything. Nothing but tests and benches imports this crate.

mod admin;
pub mod app;
mod appender_metrics;
pub mod auth;
pub mod cli;
pub mod config;
pub mod database;
mod directory;
pub mod event_store;
mod feed;
mod housekeeping;
pub mod import;
pub mod jobs;
pub mod keys;
pub mod mail;
pub mod operator;
pub mod personal_data;
pub mod search;
pub mod serve;
pub mod telemetry;
mod viewed_places;

#[cfg(test)]
mod test_database;
