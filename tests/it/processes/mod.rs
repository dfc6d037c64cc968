//! The program as processes of its own, over HTTP: what must hold when several share a database, race, are killed or
//! stopped, and when the database itself goes away.

mod acknowledged;
mod availability;
mod cluster;
mod crashed;
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
mod relevance;
mod replay;
mod restarts;
mod settled;
mod stopped_job;
mod stopped_rebuild;
mod stops;
mod turn;
mod unharmed;
mod views;

use harness::{needs_postgres, say};

/// Whether proofs over processes are wanted: each takes a minute or more of a machine that does nothing else, and says
/// little on one that does. Says so where they are not.
fn is_asked_for(test: &str) -> bool {
    let asked_for = std::env::var("HBNB_PROOFS").is_ok_and(|value| value == "1");
    if !asked_for {
        say(&format!("SKIPPED {test}: takes minutes of an otherwise idle machine; set HBNB_PROOFS=1 to run it"));
    }
    asked_for
}

/// The same for proofs that need a PostgreSQL server.
fn is_proving(test: &str) -> bool {
    is_asked_for(test) && needs_postgres(test)
}

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_hbnb-under-test");
