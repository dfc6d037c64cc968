//! The outermost ring of HBNB: adapters to databases and services, configuration, and the `hbnb` program that wires
//! everything. Nothing but tests and benches imports this crate.

pub mod config;
pub mod database;
mod directory;
pub mod event_store;
mod feed;
pub mod jobs;
pub mod keys;
pub mod personal_data;
