//! What the program says of itself while it runs: to standard error, for people on a terminal and as JSON otherwise.
//!
//! What is logged carries ids and codes, never personal data or secrets: the callers see to that.

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

/// What a server says where `RUST_LOG` does not say otherwise.
const SERVER: &str = "info,sqlx::query=warn,wasmer=warn";
/// What a command says: its own words matter more.
const COMMAND: &str = "warn";

/// What kind of program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// It serves until it is told to stop.
    Server,
    /// It does one thing and ends.
    Command,
}

/// Starts logging for the whole process. `RUST_LOG` says what is logged
/// (<https://docs.rs/tracing-subscriber/0.3/tracing_subscriber/filter/struct.EnvFilter.html>).
///
/// # Errors
/// If it was started before.
pub fn start(program: Program) -> Result<(), TryInitError> {
    let otherwise = match program {
        Program::Server => SERVER,
        Program::Command => COMMAND,
    };
    let given = std::env::var(EnvFilter::DEFAULT_ENV).ok().filter(|filter| !filter.trim().is_empty());
    let filter = given.as_deref().unwrap_or(otherwise);
    if stderr().is_terminal() {
        let filter = EnvFilter::builder().parse_lossy(filter);
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_target(false).finish().try_init()
    } else {
        start_into(filter, stderr)
    }
}

/// Starts logging as JSON, a line in one piece each, to elsewhere than standard error: for programs that embed this one
/// and look at what it says, such as tests.
///
/// # Errors
/// If it was started before.
pub fn start_into<W>(filter: &str, writer: W) -> Result<(), TryInitError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder().parse_lossy(filter);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    builder.json().flatten_event(true).with_ansi(false).finish().try_init()
}
