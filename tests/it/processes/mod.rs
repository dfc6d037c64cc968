//! The program as processes of its own, over HTTP: what must hold when several share a database, race, are killed or
//! stopped, and when the database itself goes away.

mod acknowledged;
mod cluster;
mod dice;
mod embedded;
mod fleet;
mod import;
mod kills;
mod listings;
mod load;
mod log;
mod memory;
mod races;
mod replay;
mod restarts;
mod settled;
mod stopped_job;
mod stopped_rebuild;
mod stops;
mod turn;
mod unharmed;
mod views;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_hbnb-under-test");
