use std::fs::File;
use std::io::BufRead as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStderr, Command};

use crate::client::Client;
use crate::{logs, say};

/// How long a process may take to serve.
const START: Duration = Duration::from_secs(60);

/// The program as a process of its own, killed when it is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    base: String,
    /// Lines of its log.
    watched: Arc<AtomicU64>,
}

impl Process {
    /// Starts `program serve` on a free port and waits until it says where it listens.
    ///
    /// `program` is `env!("CARGO_BIN_EXE_hbnb-under-test")` in the test.
    pub async fn serve(program: &str, data: &Path, database_url: Option<&str>) -> Self {
        Self::serve_with(program, data, database_url, &[]).await
    }

    /// The same with further settings, as in the environment.
    pub async fn serve_with(program: &str, data: &Path, database_url: Option<&str>, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program);
        command.arg("serve").env_clear().env("HBNB_ADDR", "127.0.0.1:0").env("HBNB_DATA_DIR", data);
        command.envs(settings.iter().copied());
        command.env("HBNB_RATE_LIMITS", "off").stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        if let Some(url) = database_url {
            command.env("DATABASE_URL", url).arg("--migrate");
        }
        let mut child = command.spawn().expect("the program starts");
        let watched = watch_log(child.stderr.take().expect("its log is piped"));
        let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let base = tokio::time::timeout(START, async {
            while let Some(line) = lines.next_line().await.expect("its output is text") {
                if let Some(at) = line.find("http://127.0.0.1:") {
                    let authority = &line[at + "http://".len()..];
                    let end = authority.find(['/', ' ']).unwrap_or(authority.len());
                    return format!("http://{}", &authority[..end]);
                }
            }
            panic!("the program ended before it served")
        })
        .await
        .expect("the program serves in time");
        // Keeps the pipe open, so that the program can go on writing.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { child, base, watched }
    }

    /// Where it listens.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A client of it.
    pub fn client(&self) -> Client {
        Client::new(&self.base)
    }

    /// How many lines of its log were watched.
    pub fn lines_watched(&self) -> u64 {
        self.watched.load(Ordering::Relaxed)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id().expect("the process runs")
    }

    /// Kills it without warning (SIGKILL) and waits until it is gone.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("the process can be killed");
    }

    /// Sends it a signal by name, such as `STOP`, `CONT` or `TERM`.
    pub async fn signal(&self, name: &str) {
        send_signal(self.id(), name).await;
    }

    /// Waits until it ends by itself; its exit code.
    pub async fn wait(mut self) -> Option<i32> {
        self.child.wait().await.expect("the process can be waited for").code()
    }
}

/// Looks at what a process logs, and passes it on. On a thread of its own: a test's runtime may be busy, and the process
/// must not wait for it.
fn watch_log(log: ChildStderr) -> Arc<AtomicU64> {
    let watched = Arc::<AtomicU64>::default();
    let count = Arc::clone(&watched);
    let log = log.into_owned_fd().expect("a pipe has a descriptor");
    std::thread::spawn(move || {
        for line in std::io::BufReader::new(File::from(log)).lines().map_while(Result::ok) {
            logs::watch(&line);
            count.fetch_add(1, Ordering::Relaxed);
            say(&line);
        }
    });
    watched
}

/// Sends a process a signal by name, such as `STOP`, `CONT` or `TERM`.
pub async fn send_signal(process: u32, name: &str) {
    let sent = Command::new("kill").arg(format!("-{name}")).arg(process.to_string()).status().await;
    assert!(sent.expect("kill runs").success(), "SIG{name} can be sent");
}
