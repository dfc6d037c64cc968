//! What the tests of whole flows stand on: databases of their own, the server in this process or in processes of its
//! own, and a client that speaks the API's conventions.

#![allow(clippy::expect_used, clippy::panic, reason = "a harness that cannot go on fails its test")]

mod client;
mod clock;
mod command_line;
mod database;
mod gate;
mod letters;
mod logs;
mod meilisearch;
mod process;
mod server;

use std::io::Write;

pub use client::{Answer, Client, PASSWORD, Person, Place, booking, day};
pub use clock::ManualClock;
pub use command_line::{Ran, hbnb};
pub use database::TestDatabase;
pub use gate::Gate;
pub use letters::{Letter, letters};
pub use logs::{is_watched, leak_in, lines_watched, remember};
pub use meilisearch::{Indexes, Meilisearch};
pub use process::{Process, send_signal};
pub use server::{Server, eventually, shared, shared_with_meilisearch};

/// Whether the suite runs on a real PostgreSQL. Prints why a test is skipped where it does not.
///
/// Tests that need several connections or processes call this first: the embedded database has one connection.
pub fn needs_postgres(test: &str) -> bool {
    let given = database::url().is_some();
    if !given {
        say(&format!("SKIPPED {test}: needs several connections; set DATABASE_URL to a PostgreSQL server to run it"));
    }
    given
}

/// Prints a line that the test runner shows of a passing test, too: why it is skipped, or what it measured.
pub fn say(line: &str) {
    // Written to the stream itself: the runner captures what the macros print. That nobody reads it is no failure.
    let _ = writeln!(std::io::stderr(), "{line}");
}
