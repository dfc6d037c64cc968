//! The `hbnb` command line. Commands are calls of the API as its operator; only serving and migrating reach deeper.

mod args;
mod error;
mod events;
mod import;
mod jobs;
mod migrate;
mod out;
mod projections;
mod serve;
mod session;
mod users;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use clap::error::ErrorKind;

pub use out::with_causes;

use crate::config::Config;
use crate::telemetry::{self, Program};
use args::{Arguments, Command};
use error::CliError;
use session::Session;

/// How long work on other threads may go on after everything else has ended.
const LAST_MOMENTS: Duration = Duration::from_secs(2);

/// How a command that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Everything was done.
    Done,
    /// Everything was done but for rows that were reported.
    Reported,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Reported => Self::from(2),
        }
    }
}

/// Runs the program as its command line says.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(asked) => return answer(&asked),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&CliError::io("the program's threads cannot be started")(error)),
    };
    let outcome = runtime.block_on(run(arguments));
    runtime.shutdown_timeout(LAST_MOMENTS);
    match outcome {
        Ok(outcome) => outcome.into(),
        Err(error) => failed(&error),
    }
}

/// Help and version were asked for; everything else is a mistake.
fn answer(asked: &clap::Error) -> ExitCode {
    // Without a reader there is nobody to tell.
    let _ = asked.print();
    match asked.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn failed(error: &CliError) -> ExitCode {
    out::aside(format_args!("error: {}", with_causes(error)));
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> Result<Outcome, CliError> {
    let config = Config::load(&arguments.flags)?;
    let command = arguments.command.unwrap_or(Command::Serve(args::Serve::default()));
    let program = if matches!(command, Command::Serve(_)) { Program::Server } else { Program::Command };
    // A second start within one process is a test's, which hears what the first one says.
    let _ = telemetry::start(program);
    match command {
        Command::Serve(options) => serve::run(&config, &options).await,
        Command::Migrate(command) => migrate::run(&config, &command).await,
        Command::Config => {
            out::line(config.describe().trim_end())?;
            Ok(Outcome::Done)
        }
        Command::Users(command) => with_session(&config, async |session| users::run(session, &command).await).await,
        Command::Import(command) => with_session(&config, async |session| import::run(session, command).await).await,
        Command::Projections(command) => {
            with_session(&config, async |session| projections::run(session, &command).await).await
        }
        Command::Jobs(command) => with_session(&config, async |session| jobs::run(session, &command).await).await,
        Command::Events(command) => with_session(&config, async |session| events::run(session, &command).await).await,
    }
}

/// Runs a command with the API, which is closed in any case.
async fn with_session(
    config: &Config,
    command: impl AsyncFnOnce(&Session) -> Result<Outcome, CliError>,
) -> Result<Outcome, CliError> {
    let session = Session::open(config).await?;
    let outcome = command(&session).await;
    session.close().await;
    outcome
}
