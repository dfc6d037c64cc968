use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A way to a service that can be closed, as in an outage of it: connections through it break, and none is taken.
#[derive(Debug)]
pub struct Gate {
    behind: SocketAddr,
    address: SocketAddr,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    taking: JoinHandle<()>,
    /// Its end ends the connections.
    _alive: watch::Sender<()>,
}

/// What becomes of what comes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passage {
    Through,
    Nowhere,
}

impl Gate {
    /// An open one in front of the service at `http://host:port`.
    pub async fn before(url: &str) -> Self {
        let host = url.trim_start_matches("http://").trim_end_matches('/');
        let behind = tokio::net::lookup_host(host).await.expect("an address").next().expect("an address");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut gate = Self { behind, address, open: None };
        gate.take(listener, Passage::Through);
        gate
    }

    /// Where to reach the service through it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whoever comes is refused.
    pub async fn close(&mut self) {
        if let Some(open) = self.open.take() {
            open.taking.abort();
            // Until then the port is taken.
            let _ = open.taking.await;
        }
    }

    /// Whoever comes is let through.
    pub async fn open(&mut self) {
        self.reopen(Passage::Through).await;
    }

    /// Whoever comes is taken, and never hears anything.
    pub async fn stall(&mut self) {
        self.reopen(Passage::Nowhere).await;
    }

    async fn reopen(&mut self, passage: Passage) {
        self.close().await;
        let listener = TcpListener::bind(self.address).await.expect("the same port");
        self.take(listener, passage);
    }

    fn take(&mut self, listener: TcpListener, passage: Passage) {
        let (alive, end) = watch::channel(());
        let behind = self.behind;
        let taking = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass(stream, behind, passage, end.clone()));
            }
        });
        self.open = Some(Open { taking, _alive: alive });
    }
}

async fn pass(mut stream: TcpStream, behind: SocketAddr, passage: Passage, mut end: watch::Receiver<()>) {
    let passing = async {
        match passage {
            Passage::Through => {
                if let Ok(mut service) = TcpStream::connect(behind).await {
                    let _ = copy_bidirectional(&mut stream, &mut service).await;
                }
            }
            Passage::Nowhere => std::future::pending().await,
        }
    };
    tokio::select! {
        () = passing => {}
        _ = end.changed() => {}
    }
}
