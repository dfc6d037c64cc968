//! PostgreSQL inside this process, for trying out and for tests: one connection, `fsync` off, no `LISTEN`.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pglite_oxide::PgliteServer;
use pglite_oxide::extensions::{CUBE, Extension, PG_TRGM, UNACCENT};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use tempfile::TempDir;

use super::DatabaseError;
use crate::keys::private_folder;

/// How long a request waits for the one connection.
const ACQUIRE_DEADLINE: Duration = Duration::from_secs(10);
/// The name that PostgreSQL gives its socket, and the port that clients derive it from.
const SOCKET: &str = ".s.PGSQL.5432";
const PORT: u16 = 5432;
/// The longest path that fits the address of a Unix socket everywhere (`sun_path` has 104 bytes on macOS).
const MAX_SOCKET_PATH: usize = 103;
/// What the migrations create: the server has no others.
pub(crate) const EXTENSIONS: [Extension; 3] = [CUBE, PG_TRGM, UNACCENT];
/// What pglite-oxide says of a root that is locked.
const IN_USE: &str = "already in use";

/// The server; it must outlive every connection.
pub(super) struct Embedded {
    server: Option<PgliteServer>,
    /// Where the socket is, if the data folder's path is too long for one.
    _socket_folder: Option<TempDir>,
}

impl Embedded {
    /// Starts the server on `folder`, which it makes if need be, and connects to it.
    pub(super) async fn start(folder: &Path) -> Result<(Self, PgPool), DatabaseError> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| DatabaseError::Embedded {
            folder: folder.to_owned(),
            source,
        };
        private_folder(folder).map_err(|error| failed(error.into()))?;
        let folder = folder.canonicalize().map_err(|error| failed(error.into()))?;
        let (socket_folder, temporary) = socket_folder(&folder).map_err(|error| failed(error.into()))?;
        let embedded = Self { server: Some(launch(&folder, &socket_folder).await?), _socket_folder: temporary };
        match connect(&socket_folder).await {
            Ok(pool) => Ok((embedded, pool)),
            Err(error) => {
                embedded.stop(super::CLOSE_DEADLINE).await;
                Err(failed(error.into()))
            }
        }
    }

    /// Stops the server; every connection must be closed before. What does not end within `deadline` is left behind.
    pub(super) async fn stop(mut self, deadline: Duration) {
        let Some(server) = self.server.take() else { return };
        let stopped = tokio::task::spawn_blocking(move || server.shutdown());
        match tokio::time::timeout(deadline, stopped).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(error = format!("{error:#}"), "the embedded database ended badly"),
            Ok(Err(error)) => tracing::warn!(%error, "the embedded database ended badly"),
            Err(_) => tracing::warn!("the embedded database was still busy after {deadline:?}"),
        }
    }
}

impl Drop for Embedded {
    /// Dropping the server waits for its clients: on a thread of its own, so that it cannot hang whoever drops it.
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            std::thread::spawn(move || drop(server));
        }
    }
}

/// A socket rather than a port: the server asks for no password, and only the owner may enter the folder.
fn socket_folder(folder: &Path) -> io::Result<(PathBuf, Option<TempDir>)> {
    if folder.join(SOCKET).as_os_str().len() <= MAX_SOCKET_PATH {
        return Ok((folder.to_owned(), None));
    }
    let temporary = tempfile::Builder::new().prefix("hbnb-").tempdir()?;
    Ok((temporary.path().to_owned(), Some(temporary)))
}

async fn launch(folder: &Path, socket_folder: &Path) -> Result<PgliteServer, DatabaseError> {
    let (root, socket) = (folder.to_owned(), socket_folder.join(SOCKET));
    let server = PgliteServer::builder().path(root).unix(socket).database("postgres").extensions(EXTENSIONS);
    let start = move || server.start();
    let started = tokio::task::spawn_blocking(start).await;
    let failed = |source| DatabaseError::Embedded { folder: folder.to_owned(), source };
    match started {
        Ok(Ok(server)) => Ok(server),
        Ok(Err(error)) if format!("{error:#}").contains(IN_USE) => {
            Err(DatabaseError::InUse { folder: folder.to_owned() })
        }
        Ok(Err(error)) => Err(failed(error.into())),
        Err(error) => Err(failed(error.into())),
    }
}

/// The pool of the single connection. It is never given up: a new one would restart the server's only backend.
async fn connect(socket_folder: &Path) -> Result<PgPool, sqlx::Error> {
    let options = PgConnectOptions::new_without_pgpass()
        .socket(socket_folder)
        .port(PORT)
        .username("postgres")
        .database("postgres")
        .ssl_mode(PgSslMode::Disable)
        .application_name("hbnb");
    PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_DEADLINE)
        // Waiting for the one connection is the ordinary thing here, nothing to warn of.
        .acquire_slow_threshold(ACQUIRE_DEADLINE)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await
}
