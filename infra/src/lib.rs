//! The outermost ring of HBNB: adapters to databases and services, configuration, and the `hbnb` program that wires
//! everything. Nothing but tests and benches imports this crate.

pub mod app;
pub mod auth;
pub mod cli;
pub mod config;
pub mod database;
pub mod event_store;
pub mod import;
pub mod keys;
pub mod operator;
pub mod personal_data;
pub mod serve;
pub mod telemetry;

#[cfg(test)]
mod test_database;
