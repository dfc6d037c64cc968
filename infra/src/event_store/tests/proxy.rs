//! A server between the appender and PostgreSQL that loses connections at chosen moments.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// What happens to connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Everything passes.
    Pass,
    /// The next COMMIT reaches the server, its answer does not come back; then [`Mode::Pass`].
    LoseAnswerToCommit,
    /// The next COMMIT does not reach the server; then [`Mode::Pass`].
    LoseCommit,
    /// The next COMMIT reaches the server, its answer does not come back; then [`Mode::Down`].
    LoseAnswerToCommitAndStayDown,
    /// The next write does not reach the server; then [`Mode::Pass`].
    LoseWrite,
    /// COMMITs wait until the mode changes.
    HoldCommits,
    /// New connections are closed at once.
    Down,
}

pub(super) struct Proxy {
    address: SocketAddr,
    mode: Arc<(Mutex<Mode>, Condvar)>,
}

impl Proxy {
    pub(super) fn start(server: &PgConnectOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let target = (server.get_host().to_owned(), server.get_port());
        let mode = Arc::new((Mutex::new(Mode::Pass), Condvar::new()));
        let for_connections = Arc::clone(&mode);
        // The threads end with their connections, the listener's one with the test process.
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if *for_connections.0.lock().unwrap() == Mode::Down {
                    continue;
                }
                let server = TcpStream::connect((target.0.as_str(), target.1)).unwrap();
                carry(&client, &server, &for_connections);
            }
        });
        Self { address, mode }
    }

    pub(super) fn set(&self, mode: Mode) {
        *self.mode.0.lock().unwrap() = mode;
        self.mode.1.notify_all();
    }

    pub(super) fn mode(&self) -> Mode {
        *self.mode.0.lock().unwrap()
    }

    /// `options` with the proxy in between. Unencrypted, so that the proxy can read along.
    pub(super) fn in_front_of(&self, options: &PgConnectOptions) -> PgConnectOptions {
        options.clone().host("127.0.0.1").port(self.address.port()).ssl_mode(PgSslMode::Disable)
    }
}

fn carry(client: &TcpStream, server: &TcpStream, mode: &Arc<(Mutex<Mode>, Condvar)>) {
    let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (mut from_server, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let mode = Arc::clone(mode);
    std::thread::spawn(move || {
        let mut buffer = [0; 65536];
        while let Ok(length @ 1..) = from_client.read(&mut buffer) {
            if !pass(&buffer[..length], &from_client, &mut to_server, &mode) {
                break;
            }
        }
        let _ = from_client.shutdown(Shutdown::Both);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    std::thread::spawn(move || {
        let mut buffer = [0; 65536];
        while let Ok(length @ 1..) = from_server.read(&mut buffer) {
            if to_client.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Both);
    });
}

/// Hands `bytes` on, or loses the connection.
fn pass(bytes: &[u8], client: &TcpStream, server: &mut TcpStream, mode: &(Mutex<Mode>, Condvar)) -> bool {
    let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    let mut current = mode.0.lock().unwrap();
    if has(b"COMMIT") {
        current = mode.1.wait_while(current, |mode| *mode == Mode::HoldCommits).unwrap();
    }
    match *current {
        Mode::LoseAnswerToCommit | Mode::LoseAnswerToCommitAndStayDown if has(b"COMMIT") => {
            let stays_down = *current == Mode::LoseAnswerToCommitAndStayDown;
            *current = if stays_down { Mode::Down } else { Mode::Pass };
            let _ = client.shutdown(Shutdown::Both);
            let _ = server.write_all(bytes);
            false
        }
        Mode::LoseCommit if has(b"COMMIT") => {
            *current = Mode::Pass;
            false
        }
        Mode::LoseWrite if has(b"place.published") => {
            *current = Mode::Pass;
            false
        }
        _ => {
            drop(current);
            server.write_all(bytes).is_ok()
        }
    }
}
