//! Clients that take their time: each is let go at its deadline, and none keeps the others waiting.

use std::time::Duration;

use harness::Server;
use infra::serve::Limits;
use tokio::time::timeout;

use super::raw::Connection;

/// Far less than a client of this test would wait without a limit.
const SOON: Duration = Duration::from_millis(150);
const HEALTH: &[u8] = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

async fn hasty() -> Server {
    Server::start_within(&[], Limits { head: SOON, unread: SOON, ..Limits::default() }).await
}

#[tokio::test]
async fn a_head_that_does_not_come_to_its_end_is_not_waited_for() {
    let server = hasty().await;
    for begun in [&b""[..], b"GET /health/live HTTP/1.1\r\nHost: loc", b"G"] {
        let mut connection = Connection::to(server.address()).await;
        connection.say(begun).await;
        let heard = connection.hear_all().await;
        assert!(heard.statuses.is_empty() || heard.statuses == [408], "{heard:?}");
    }
}

#[tokio::test]
async fn a_connection_that_asks_for_nothing_more_is_closed() {
    let server = hasty().await;
    let mut connection = Connection::to(server.address()).await;
    connection.say(HEALTH).await;
    assert_eq!(connection.hear_all().await.statuses, [200]);
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let server = hasty().await;
    let mut connection = Connection::to(server.address()).await;
    // More than all the buffers on the way take: the server cannot send, reads no further, and closes.
    let document = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let asking = async { while connection.ask(&document.repeat(100)).await.is_ok() {} };
    timeout(Duration::from_secs(60), asking).await.expect("the connection breaks");
    server.client().get("//health/live").await.expect(200);
}

/// A request of nobody's that no limit per address counts, and its body does not come.
const HALF: &[u8] = b"POST /api/v1/auth/logout HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                      Content-Length: 60\r\n\r\n{";

#[tokio::test]
async fn bodies_that_do_not_come_keep_nobody_out() {
    let server = Server::start_within(&[], Limits { connections: 8, ..Limits::default() }).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        for _ in 0..8 {
            let mut half = Connection::to(server.address()).await;
            half.say(HALF).await;
            others.push(half);
        }
        let mut connection = Connection::to(server.address()).await;
        let heard = timeout(Duration::from_secs(6), connection.hear_after(HEALTH)).await;
        assert_eq!(heard.expect("it does not wait for those bodies' eight seconds").statuses, [200]);
        others.push(connection);
    }
}

#[tokio::test]
async fn a_flood_from_one_address_takes_places_from_itself_alone() {
    let server = Server::start_within(&[], Limits { connections: 8, ..Limits::default() }).await;
    let mut neighbour = Connection::from([127, 0, 0, 2], server.address()).await;
    assert_eq!(neighbour.hear_after(HEALTH).await.statuses, [200]);
    let mut flood = Vec::new();
    for number in 0..40 {
        let mut connection = Connection::to(server.address()).await;
        match number % 3 {
            0 => connection.say(HALF).await,
            1 => drop(connection.hear_after(HEALTH).await),
            _ => {}
        }
        flood.push(connection);
    }
    assert_eq!(neighbour.hear_after(HEALTH).await.statuses, [200], "its connection has been idle longest");
}

#[tokio::test]
async fn silent_connections_do_not_keep_anybody_out() {
    let server = Server::start_within(&[], Limits { connections: 8, ..Limits::default() }).await;
    let mut silent = Vec::new();
    for number in 0..40 {
        let mut connection = Connection::to(server.address()).await;
        // Some have begun to ask; some have asked and been served.
        match number % 3 {
            0 => connection.say(b"GET /health/live HTT").await,
            1 => drop(connection.hear_after(HEALTH).await),
            _ => {}
        }
        silent.push(connection);
    }
    for _ in 0..20 {
        let mut other = Connection::to(server.address()).await;
        assert_eq!(other.hear_after(HEALTH).await.statuses, [200]);
        silent.push(other);
    }
}
