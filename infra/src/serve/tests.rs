use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{Limits, connections};

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

async fn start(router: Router, limits: Limits) -> (SocketAddr, CancellationToken, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    let server = tokio::spawn(connections(listener, router, limits, stop.clone()));
    (address, stop, server)
}

async fn read_until_closed(stream: &mut TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn handlers_learn_the_clients_address() {
    let handler = async |ConnectInfo(address): ConnectInfo<SocketAddr>| address.to_string();
    let (address, stop, server) = start(Router::new().route("/", get(handler)), Limits::default()).await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();

    let answer = read_until_closed(&mut client).await;

    assert!(answer.ends_with(&client.local_addr().unwrap().to_string()), "{answer}");
    stop.cancel();
    server.await.unwrap();
}

#[tokio::test]
async fn stopping_finishes_what_is_under_way_and_lets_nobody_in() {
    let (entered, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (handler_entered, handler_finish) = (Arc::clone(&entered), Arc::clone(&finish));
    let handler = async move || {
        handler_entered.notify_one();
        handler_finish.notified().await;
        "done"
    };
    let (address, stop, server) = start(Router::new().route("/", get(handler)), Limits::default()).await;
    let mut client = TcpStream::connect(address).await.unwrap();
    let mut idle = TcpStream::connect(address).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    entered.notified().await;

    stop.cancel();
    // An idle connection is closed at once; by then the listener is gone.
    assert_eq!(read_until_closed(&mut idle).await, "");
    assert!(TcpStream::connect(address).await.is_err());
    finish.notify_one();

    assert!(read_until_closed(&mut client).await.ends_with("done"));
    server.await.unwrap();
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_request_is_let_go() {
    let (address, stop, server) =
        start(Router::new(), Limits { head: Duration::from_millis(50), ..Limits::default() }).await;
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: loc").await.unwrap();

    let answer = timeout(Duration::from_secs(5), read_until_closed(&mut client)).await.expect("closed by the server");

    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    stop.cancel();
    server.await.unwrap();
}
