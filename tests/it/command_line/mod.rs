//! The `hbnb` program as its operator runs it: processes of their own, on data of their own.

mod beside_a_server;
mod migrate;
mod settings;
mod stopping;
mod welcome;

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use harness::{Ran, hbnb};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// The program, built beside the tests.
const PROGRAM: &str = env!("CARGO_BIN_EXE_hbnb-under-test");
/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs the program with these arguments and nothing but these variables; `input` is what it hears.
async fn run(arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Ran {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().envs(variables.iter().copied()).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A folder without a `hbnb.toml`.
    let mut child = command.current_dir(std::env::temp_dir()).spawn().expect("the program starts");
    let mut pipe = child.stdin.take().expect("its input is piped");
    pipe.write_all(input.as_bytes()).await.expect("it listens");
    drop(pipe);
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await;
    let output = output.expect("it ends in time").expect("it can be waited for");
    let text = |bytes| String::from_utf8(bytes).expect("it writes text");
    Ran { code: output.status.code(), output: text(output.stdout), errors: text(output.stderr) }
}

/// Runs a command on a data folder with the embedded database.
async fn run_on(data: &Path, arguments: &[&str]) -> Ran {
    hbnb(PROGRAM, data, None, arguments).await
}
