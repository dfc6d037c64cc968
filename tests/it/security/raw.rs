//! HTTP as bytes, for what no client library sends.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// How long a server may take for anything that is not about waiting.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection, and what has come over it.
pub(super) struct Connection {
    stream: TcpStream,
    heard: Vec<u8>,
}

/// How a conversation ended.
#[derive(Debug)]
pub(super) struct Heard {
    /// The status of each answer, in order; those that only say "go on" left out.
    pub(super) statuses: Vec<u16>,
    /// All that was said.
    pub(super) text: String,
}

impl Connection {
    pub(super) async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        Self { stream, heard: Vec::new() }
    }

    /// From an address of this machine other than the usual one.
    pub(super) async fn from(own: [u8; 4], address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from((own, 0))).expect("all of 127.0.0.0/8 is this machine");
        Self { stream: socket.connect(address).await.expect("a connection"), heard: Vec::new() }
    }

    /// Sends bytes; that the other end has closed by then is no failure.
    pub(super) async fn say(&mut self, bytes: &[u8]) {
        // A server that refuses need not have read everything.
        drop(self.stream.write_all(bytes).await);
    }

    /// Sends bytes, as long as the other end takes them.
    pub(super) async fn ask(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Sends a request and waits for the end of its answer in the envelope; what came before is left out.
    pub(super) async fn hear_after(&mut self, request: &[u8]) -> Heard {
        self.heard.clear();
        self.say(request).await;
        let hearing = async { while !self.heard.ends_with(b"\"}") && self.hear_more().await {} };
        timeout(PATIENCE, hearing).await.expect("an answer in time");
        self.so_far()
    }

    /// Waits until the server wants the body of a request that asked whether to send it (RFC 9110, section 10.1.1).
    pub(super) async fn hear_that_it_is_wanted(&mut self) {
        let hearing = async { while !self.heard.ends_with(b"100 Continue\r\n\r\n") && self.hear_more().await {} };
        timeout(PATIENCE, hearing).await.expect("an answer in time");
        assert!(self.heard.starts_with(b"HTTP/1.1 100 "), "{}", self.so_far().text);
    }

    /// Waits until the server closes the connection.
    pub(super) async fn hear_all(mut self) -> Heard {
        timeout(PATIENCE, async { while self.hear_more().await {} }).await.expect("the server closes the connection");
        self.so_far()
    }

    /// Whether anything came before the end.
    async fn hear_more(&mut self) -> bool {
        matches!(self.stream.read_buf(&mut self.heard).await, Ok(1..))
    }

    fn so_far(&self) -> Heard {
        let text = String::from_utf8_lossy(&self.heard).into_owned();
        let answers = text.match_indices("HTTP/1.").filter_map(|(at, _)| text[at..].split(' ').nth(1)?.parse().ok());
        Heard { statuses: answers.filter(|status| *status != 100).collect(), text }
    }
}

/// Sends bytes over a connection of their own, and hears everything until the server closes it.
pub(super) async fn conversation(address: SocketAddr, bytes: &[u8]) -> Heard {
    let mut connection = Connection::to(address).await;
    connection.say(bytes).await;
    connection.hear_all().await
}
