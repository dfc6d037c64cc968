//! What the tests of whole flows stand on: databases of their own, the server in this process or in processes of its
//! own, and a client that speaks the API's conventions.

mod client;
mod clock;
mod database;
mod process;
mod server;

pub use client::{Answer, Client, PASSWORD, Person, Place, booking, day};
pub use clock::ManualClock;
pub use database::TestDatabase;
pub use process::Process;
pub use server::{Server, eventually, shared};

/// Whether the suite runs on a real PostgreSQL. Prints why a test is skipped where it does not.
///
/// Tests that need several connections or processes call this first: the embedded database has one connection.
pub fn needs_postgres(test: &str) -> bool {
    let given = database::url().is_some();
    if !given {
        eprintln!("SKIPPED {test}: needs several connections; set DATABASE_URL to a PostgreSQL server to run it");
    }
    given
}
