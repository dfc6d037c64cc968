//! A PostgreSQL server of one test's own, which it may restart as it likes.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use harness::say;
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;

/// The account that the server runs as where the tests run as root, whom PostgreSQL refuses.
const ACCOUNT: &str = "postgres";
/// The database that every new cluster has.
const DATABASE: &str = "postgres";

/// A running server with its data in a folder of its own, stopped when it is dropped. It does flush to disk.
#[derive(Debug)]
pub(super) struct Cluster {
    home: TempDir,
    programs: PathBuf,
    port: u16,
}

/// How a server ends before it starts again.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ending {
    /// Sessions are cut off, what is in memory is written.
    Fast,
    /// As in a crash: the next start recovers from the write-ahead log.
    Immediate,
}

impl Cluster {
    /// Makes and starts one; `None`, saying why, where PostgreSQL's own programs are not installed.
    pub(super) fn start(test: &str) -> Option<Self> {
        let Some(programs) = programs() else {
            say(&format!(
                "SKIPPED {test}: needs PostgreSQL's programs (initdb, pg_ctl) where `pg_config --bindir` says"
            ));
            return None;
        };
        let home = tempfile::Builder::new().prefix("hbnb-pg-").tempdir().expect("a folder can be made");
        if is_root() {
            run(Command::new("chown").arg(ACCOUNT).arg(home.path()));
        }
        let cluster = Self { home, programs, port: free_port() };
        cluster.run("initdb", &["--username", ACCOUNT, "--auth", "trust", "--no-sync", "--encoding", "UTF8"]);
        cluster.launch();
        Some(cluster)
    }

    /// Where clients find it, as `user`, who is the superuser or one made by [`Cluster::add_user`].
    pub(super) fn url(&self, user: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{DATABASE}", self.port)
    }

    /// Where clients find it, as the superuser.
    pub(super) fn superuser_url(&self) -> String {
        self.url(ACCOUNT)
    }

    /// One more superuser, so that the server's own views tell two programs apart.
    pub(super) async fn add_user(&self, name: &str) {
        let statement = format!("create role {name} superuser login");
        sqlx::raw_sql(&statement).execute(&mut self.connect().await).await.expect("a role can be made");
    }

    /// A connection of the test's own.
    pub(super) async fn connect(&self) -> PgConnection {
        let options: PgConnectOptions = self.superuser_url().parse().expect("a PostgreSQL URL");
        options.connect().await.expect("the server answers")
    }

    /// Ends the server and starts it again; returns when it answers.
    pub(super) fn restart(&self, ending: Ending) {
        let mode = match ending {
            Ending::Fast => "fast",
            Ending::Immediate => "immediate",
        };
        self.run("pg_ctl", &["stop", "--wait", "--silent", "--mode", mode]);
        self.launch();
    }

    fn launch(&self) {
        let folder = self.home.path().display();
        let options = format!(
            "-c port={} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=on",
            self.port
        );
        let log = self.home.path().join("log").display().to_string();
        self.run("pg_ctl", &["start", "--wait", "--silent", "--log", &log, "--options", &options]);
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        run(&mut self.command(program, arguments));
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", ACCOUNT, "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.args(arguments).arg("--pgdata").arg(self.home.path().join("data")).current_dir(self.home.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = self.command("pg_ctl", &["stop", "--wait", "--silent", "--mode", "immediate"]);
        if !stop.status().is_ok_and(|status| status.success()) {
            say(&format!("the PostgreSQL server in {} could not be stopped", self.home.path().display()));
        }
    }
}

fn programs() -> Option<PathBuf> {
    let Output { status, stdout, .. } = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = PathBuf::from(String::from_utf8(stdout).ok()?.trim());
    let complete = ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).exists());
    (status.success() && complete).then_some(folder)
}

fn is_root() -> bool {
    Path::new("/proc/self").metadata().is_ok_and(|process| process.uid() == 0)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// Runs a command that must succeed. Its output goes to files or nowhere: a server that it leaves behind would keep a
/// pipe open for ever.
fn run(command: &mut Command) {
    let nowhere = || std::process::Stdio::null();
    let status = command.stdin(nowhere()).stdout(nowhere()).status().expect("the program starts");
    assert!(status.success(), "{command:?}: {status}");
}
