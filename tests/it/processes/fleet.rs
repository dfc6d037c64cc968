//! Server processes over one database and one data folder, and where they listen.

use std::sync::{Arc, RwLock};

use harness::{Client, Process};
use tempfile::TempDir;

use super::PROGRAM;

/// Servers that share everything; the one at the front is the oldest.
#[derive(Debug)]
pub(super) struct Fleet {
    /// Keys are made here at the first start.
    pub(super) data: TempDir,
    url: Option<String>,
    servers: Vec<Process>,
    bases: Bases,
}

/// Where the servers of a fleet listen at the moment; clones see the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Bases(Arc<RwLock<Vec<String>>>);

impl Bases {
    /// The server for the `attempt`-th try of a client: each next try goes to the next server.
    pub(super) fn pick(&self, attempt: usize) -> String {
        let bases = self.0.read().expect("no writer panics");
        bases[attempt % bases.len()].clone()
    }

    fn set(&self, bases: Vec<String>) {
        *self.0.write().expect("no writer panics") = bases;
    }
}

impl Fleet {
    /// Starts one server; `url` is that of its PostgreSQL database, `None` for the embedded one.
    pub(super) async fn start(url: Option<String>) -> Self {
        let data = tempfile::tempdir().expect("a folder can be made");
        let mut fleet = Self { data, url, servers: Vec::new(), bases: Bases::default() };
        fleet.join().await;
        fleet
    }

    /// Starts one more.
    pub(super) async fn join(&mut self) {
        let url = self.url.clone();
        self.join_at(url.as_deref()).await;
    }

    /// Starts one more that reaches the database in its own way.
    pub(super) async fn join_at(&mut self, url: Option<&str>) {
        self.servers.push(Process::serve(PROGRAM, self.data.path(), url).await);
        self.announce();
    }

    /// Kills the oldest (SIGKILL). Clients keep its address until another joins, as in life.
    pub(super) async fn kill_oldest(&mut self) {
        self.servers.remove(0).kill().await;
    }

    /// Asks the oldest to end (SIGTERM) and waits until it has finished its work.
    pub(super) async fn retire_oldest(&mut self) {
        let oldest = self.servers.remove(0);
        oldest.signal("TERM").await;
        assert_eq!(oldest.wait().await, Some(0), "a server ends well when it is asked to");
        self.announce();
    }

    /// The servers, the oldest first.
    pub(super) fn servers(&self) -> &[Process] {
        &self.servers
    }

    /// A client of the oldest.
    pub(super) fn client(&self) -> Client {
        self.servers[0].client()
    }

    /// Where to find the servers.
    pub(super) fn bases(&self) -> Bases {
        self.bases.clone()
    }

    /// The URL that the first server was given.
    pub(super) fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    fn announce(&self) {
        if self.servers.is_empty() {
            return;
        }
        self.bases.set(self.servers.iter().map(|server| server.base().to_owned()).collect());
    }
}
