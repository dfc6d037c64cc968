use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::logs;

/// How long a subcommand may take.
const DEADLINE: Duration = Duration::from_secs(600);

/// A subcommand that has ended.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Its exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub output: String,
    /// What it printed as errors.
    pub errors: String,
}

impl Ran {
    /// This run, if it ended with the code that the test expects.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.output, self.errors);
        self
    }
}

/// Runs a subcommand of the program, such as `["projections", "list"]`, to its end. What it logs is watched; what it
/// answers, errors included, is for whoever typed the command, and may repeat it.
pub async fn hbnb(program: &str, data: &Path, database_url: Option<&str>, arguments: &[&str]) -> Ran {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().env("HBNB_DATA_DIR", data).stdin(Stdio::null()).kill_on_drop(true);
    if let Some(url) = database_url {
        command.env("DATABASE_URL", url);
    }
    let ended = tokio::time::timeout(DEADLINE, command.output()).await.expect("the program ends in time");
    let ended = ended.expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints text");
    let ran = Ran { code: ended.status.code(), output: text(ended.stdout), errors: text(ended.stderr) };
    ran.errors.lines().filter(|line| line.starts_with('{')).for_each(logs::watch);
    ran
}
