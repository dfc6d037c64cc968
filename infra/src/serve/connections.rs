//! Accepts connections and sees them to their end.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv6Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use api::Client;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::hall::{Hall, Seat, Turn};
use super::patience::Impatient;
use super::transfer::Transfer;

/// Header fields of a request.
const MAX_HEADERS: usize = 64;
/// Bytes buffered of a connection, which bounds a request's head.
const MAX_BUFFER: usize = 64 * 1024;
/// How long to wait when the system has no more sockets to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long somebody without a request who is asked to leave has for it: what was answered is on its way by then, and
/// whoever comes next waits for the place.
const FAREWELL: Duration = Duration::from_millis(50);
/// How long somebody who is sending a request or taking an answer has to come to its end, once asked to leave.
const HASTE: Duration = Duration::from_millis(500);
/// How long somebody who has come has, at least, until a first request is expected: a handshake and a few round trips,
/// from anywhere on Earth.
const WELCOME: Duration = Duration::from_secs(1);
/// The part of all places, as a divisor, that is kept free by asking people to leave: so many newcomers wait for nobody
/// while those before them are still on their way out.
const KEPT_FREE: usize = 16;

/// What one listener's clients may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once. Where there is hardly room left, somebody leaves whose client the house waits for: of the
    /// clients that have most connections, the one without a request for the longest time, or else the one that has been
    /// sending a request or taking an answer for the longest time. If all are being served, the next ones wait in the
    /// system's queue.
    pub connections: usize,
    /// How long a client may take to send a request's head, and how long it may keep a connection without a request.
    pub head: Duration,
    /// How long a client may leave an answer unread, so that nothing more of it can be sent.
    pub unread: Duration,
    /// How long requests that are under way may take once the server stops.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2_048,
            head: Duration::from_secs(15),
            unread: Duration::from_secs(30),
            stop: Duration::from_secs(10),
        }
    }
}

/// Where connections come from.
pub trait Listener: Send + 'static {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Waits for the next connection.
    fn next(&self) -> impl Future<Output = io::Result<(Self::Stream, Peer)>> + Send;
}

/// Who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// A client on the network. Handlers find the address as `ConnectInfo<SocketAddr>`.
    Network(SocketAddr),
    /// A process of this machine.
    Local,
}

impl Peer {
    /// Whose connections it counts among. All of this machine's processes are one.
    fn client(self) -> Client {
        match self {
            Self::Network(address) => Client::at(address.ip()),
            Self::Local => Client::at(Ipv6Addr::UNSPECIFIED.into()),
        }
    }
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn next(&self) -> io::Result<(TcpStream, Peer)> {
        let (stream, address) = self.accept().await?;
        // Answers are written at once; waiting to fill a packet only delays them.
        stream.set_nodelay(true)?;
        Ok((stream, Peer::Network(address)))
    }
}

/// Serves `router` on every connection of `listener` until `stop`; then finishes what is under way, within a bound.
pub async fn connections<L: Listener>(listener: L, router: Router, limits: Limits, stop: CancellationToken) {
    let (places, hall, open) = (Arc::new(Semaphore::new(limits.connections)), Hall::new(WELCOME), TaskTracker::new());
    while let Some((stream, peer, place)) = accept(&listener, &places, &hall, limits, &stop).await {
        let (router, seat, stop) = (router.clone(), hall.seat(peer.client()), stop.clone());
        open.spawn(async move {
            serve_one(stream, peer, router, limits, seat, stop).await;
            drop(place);
        });
    }
    // Nobody new gets in from here on.
    drop(listener);
    open.close();
    if tokio::time::timeout(limits.stop, open.wait()).await.is_err() {
        tracing::warn!("requests were still under way {:?} after the server was told to stop", limits.stop);
    }
}

/// The next connection with its place among those at once; `None` when it is time to stop.
async fn accept<L: Listener>(
    listener: &L,
    places: &Arc<Semaphore>,
    hall: &Hall,
    limits: Limits,
    stop: &CancellationToken,
) -> Option<(L::Stream, Peer, OwnedSemaphorePermit)> {
    let next = async {
        let place = a_place(places, hall, limits).await?;
        loop {
            match listener.next().await {
                Ok((stream, peer)) => return Some((stream, peer, place)),
                // The client went away before it was its turn.
                Err(error) if is_of_the_client(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "a connection cannot be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    };
    stop.run_until_cancelled(next).await.flatten()
}

/// A place for the next connection, once there is one.
async fn a_place(places: &Arc<Semaphore>, hall: &Hall, limits: Limits) -> Option<OwnedSemaphorePermit> {
    if places.available_permits() <= limits.connections / KEPT_FREE {
        hall.dismiss_one();
    }
    loop {
        match tokio::time::timeout(FAREWELL, Arc::clone(places).acquire_owned()).await {
            Ok(place) => return place.ok(),
            // Whoever was asked takes its time, or all were being served.
            Err(_) => hall.dismiss_one(),
        }
    }
}

fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::InvalidInput
    )
}

async fn serve_one<S>(stream: S, peer: Peer, router: Router, limits: Limits, seat: Seat, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let seat = Arc::new(seat);
    let (asking, served) = (Arc::clone(&seat), Arc::clone(&seat));
    let service = router.map_request(move |mut request: Request<Incoming>| {
        if let Peer::Network(address) = peer {
            request.extensions_mut().insert(ConnectInfo(address));
        }
        request.map(|body| Body::new(Transfer::from_client(body, Arc::clone(&asking))))
    });
    let service = service
        .map_response(move |response: Response| response.map(|body| Transfer::to_client(body, Arc::clone(&served))));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_BUFFER)
        .serve_connection(
            TokioIo::new(Impatient::new(stream, limits.unread)),
            TowerToHyperService::new(service.map_err(never)),
        );
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = seat.dismissed() => {
            connection.as_mut().graceful_shutdown();
            see_out(connection, &seat, limits).await
        }
    };
    if let Err(error) = ended {
        // Clients break off, are slow or speak no HTTP: nothing that the operator could mend.
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Waits until a connection that was asked to leave has gone, as long as it may take for what it is at.
async fn see_out<E>(
    mut connection: Pin<&mut impl Future<Output = Result<(), E>>>,
    seat: &Seat,
    limits: Limits,
) -> Result<(), E> {
    loop {
        let turn = seat.turn();
        let patience = match turn {
            Some(Turn::Ask) => FAREWELL,
            Some(Turn::Finish) => HASTE,
            None => limits.stop,
        };
        match tokio::time::timeout(patience, connection.as_mut()).await {
            Ok(ended) => return ended,
            // It has come to the end of its request meanwhile.
            Err(_) if turn.is_some() && seat.turn().is_none() => {}
            Err(_) => return Ok(()),
        }
    }
}

fn never(error: Infallible) -> Infallible {
    error
}
