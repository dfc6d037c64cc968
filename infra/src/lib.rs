//! The outermost ring of HBNB: adapters to databases and services, configuration, and the `hbnb` program that wires
//! everything. Nothing but tests and benches imports this crate.

pub mod config;
pub mod database;
pub mod keys;
