//! Request smuggling: heads and lengths that two implementations might read differently (RFC 9112, section 11.2).
//!
//! Each of them is followed, on the same connection, by a request to [`HIDDEN`]. A request that is refused ends the
//! connection; where one is served, what follows it is served as what it is: the next request, never a part of another.

use harness::shared;

use super::raw::conversation;

/// What is asked for by a request that an attacker hides behind another one. Nothing else answers 405.
const HIDDEN: &[u8] = b"DELETE /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const HIDDEN_STATUS: u16 = 405;

/// A POST that is answered 422 whatever its body, as long as that is an object.
fn post(headers: &str, body: &str) -> Vec<u8> {
    let line = "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    format!("{line}{headers}\r\n\r\n{body}").into_bytes()
}

fn get(headers: &str) -> Vec<u8> {
    format!("GET /health/live HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n").into_bytes()
}

async fn statuses(request: &[u8]) -> Vec<u16> {
    conversation(shared().address(), &[request, HIDDEN].concat()).await.statuses
}

/// What cannot be trusted is refused, and the connection with it.
async fn is_refused(what: &str, request: &[u8]) {
    let statuses = statuses(request).await;
    assert!(statuses.iter().all(|status| (400..500).contains(status)), "{what}: {statuses:?}");
    assert!(statuses.len() <= 1, "{what}: the connection goes on: {statuses:?}");
    assert!(!statuses.contains(&HIDDEN_STATUS), "{what}: the hidden request was served");
}

/// What can be read in one way only is served, and so is what follows it.
async fn is_served(what: &str, request: &[u8], status: u16) {
    assert_eq!(statuses(request).await, [status, HIDDEN_STATUS], "{what}");
}

#[tokio::test]
async fn a_body_whose_length_is_told_twice_is_refused() {
    let empty_chunk = "0\r\n\r\n";
    for (what, headers, body) in [
        ("length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked", empty_chunk),
        ("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 4", empty_chunk),
        ("two lengths", "Content-Length: 2\r\nContent-Length: 40", "{}"),
        ("a list of lengths", "Content-Length: 2, 40", "{}"),
        ("a list of the same length", "Content-Length: 2, 2", "{}"),
        ("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", empty_chunk),
        ("the same coding twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", empty_chunk),
    ] {
        let statuses = statuses(&post(headers, body)).await;
        assert!(statuses.len() == 1 && (400..500).contains(&statuses[0]), "{what}: {statuses:?}");
        assert!(!statuses.contains(&HIDDEN_STATUS), "{what}");
    }
}

#[tokio::test]
async fn a_length_that_is_no_plain_number_is_refused() {
    for length in ["+2", "-2", "0x2", "2.0", "2 2", "", " ", "two", "18446744073709551618", "9".repeat(400).as_str()] {
        is_refused(&format!("a length of {length:?}"), &post(&format!("Content-Length: {length}"), "{}")).await;
    }
}

#[tokio::test]
async fn a_coding_that_is_not_plainly_chunked_is_refused() {
    for coding in [
        "identity",
        "xchunked",
        "chunked, identity",
        "gzip, chunked",
        "chunked, chunked",
        "\u{b}chunked",
        "\"chunked\"",
        "chunked;q=1",
        "",
    ] {
        is_refused(&format!("a coding of {coding:?}"), &post(&format!("Transfer-Encoding: {coding}"), "0\r\n\r\n"))
            .await;
    }
    let old = b"POST /api/v1/auth/login HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    is_refused("chunks over HTTP/1.0", old).await;
}

#[tokio::test]
async fn chunks_that_are_not_what_they_say_are_refused() {
    for (what, body) in [
        ("a negative size", "-1\r\n{}\r\n0\r\n\r\n"),
        ("a size with a prefix", "0x2\r\n{}\r\n0\r\n\r\n"),
        ("a size that overflows", "10000000000000002\r\n{}\r\n0\r\n\r\n"),
        ("no size", "\r\n{}\r\n0\r\n\r\n"),
        ("a size with a sign", "+2\r\n{}\r\n0\r\n\r\n"),
        ("a bare line feed after the size", "2\n{}\r\n0\r\n\r\n"),
        ("a bare line feed in an extension", "2;\n{}\r\n0\r\n\r\n"),
        ("bare line feeds throughout", "2\n{}\n0\n\n"),
        ("more data than its size", "2\r\n{}xx\r\n0\r\n\r\n"),
        ("endless extensions", &format!("2;{}\r\n{{}}\r\n0\r\n\r\n", "a".repeat(100_000))),
    ] {
        is_refused(what, &post("Transfer-Encoding: chunked", body)).await;
    }
}

#[tokio::test]
async fn headers_that_could_be_read_as_others_are_refused() {
    for (what, headers) in [
        ("a space before the colon", "Transfer-Encoding : chunked"),
        ("a space in a name", "X Y: z"),
        ("a line that is folded", "X-Y: z\r\n folded"),
        ("a folded coding", "Transfer-Encoding:\r\n chunked"),
        ("a bare carriage return", "X-Y: z\rTransfer-Encoding: chunked"),
        ("a NUL", "X-Y: z\0"),
        ("no name", ": z"),
        ("no colon", "X-Y"),
        ("a second host", "Host: evil.example"),
        ("more lines than any client sends", "X-Y: z\r\n".repeat(200).trim_end()),
        ("more than fits", &format!("X-Y: {}", "z".repeat(2_000_000))),
    ] {
        is_refused(what, &get(headers)).await;
    }
    is_refused("a first line that is a header's", b"GET /health/live HTTP/1.1\r\n X-Y: z\r\nHost: localhost\r\n\r\n")
        .await;
}

#[tokio::test]
async fn a_bare_line_feed_ends_a_line_everywhere_or_nowhere() {
    // It is tolerated as RFC 9112, section 2.2, allows; what it must not do is hide a header from this server that the
    // server then obeys in another way. The hidden coding counts: the request that follows is taken for its chunks.
    let hidden = get("X-Y: z\nTransfer-Encoding: chunked");
    let statuses = statuses(&hidden).await;
    assert!(!statuses.contains(&HIDDEN_STATUS), "{statuses:?}");
}

#[tokio::test]
async fn a_request_is_for_exactly_one_sane_host() {
    for host in ["", "Host: \r\n", "Host: a b\r\n", "Host: user@localhost\r\n", "Host: a\r\nHost: a\r\n"] {
        let request = format!("GET /health/live HTTP/1.1\r\n{host}\r\n");
        is_refused(&format!("{host:?}"), request.as_bytes()).await;
    }
}

#[tokio::test]
async fn versions_and_first_lines_that_are_not_http_1_are_refused() {
    for line in [
        "GET /health/live",
        "GET /health/live HTTP/3.1",
        "GET /health/live HTTP/11",
        "GET  /health/live HTTP/1.1",
        "GET /health/live  HTTP/1.1",
        "GET\t/health/live HTTP/1.1",
        "GET /health live HTTP/1.1",
        "PRI * HTTP/2.0",
        "\u{16}\u{3}\u{1}\u{2}",
    ] {
        is_refused(&format!("{line:?}"), format!("{line}\r\nHost: localhost\r\n\r\n").as_bytes()).await;
    }
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(2_000_000));
    is_refused("an endless address", long.as_bytes()).await;
}

#[tokio::test]
async fn what_is_odd_but_clear_is_answered_and_the_next_request_is_the_next() {
    is_served("one length, told twice alike", &post("Content-Length: 2\r\nContent-Length: 2", "{}"), 422).await;
    is_served("chunks", &post("Transfer-Encoding: chunked", "2\r\n{}\r\n0\r\n\r\n"), 422).await;
    is_served("an extension of a chunk", &post("Transfer-Encoding: chunked", "2;a=b\r\n{}\r\n0\r\n\r\n"), 422).await;
    let trailer = "2\r\n{}\r\n0\r\nContent-Length: 70\r\n\r\n";
    is_served("a length in a trailer", &post("Transfer-Encoding: chunked", trailer), 422).await;
    let whole = format!("GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", HIDDEN.len());
    let body_is_no_request = conversation(shared().address(), &[whole.as_bytes(), HIDDEN, HIDDEN].concat()).await;
    assert_eq!(body_is_no_request.statuses, [200, HIDDEN_STATUS], "the body of a GET");
    let upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA";
    is_served("an upgrade that is not offered", &get(upgrade), 200).await;
    for method in ["FOO", "get", "TRACE", "CONNECT", "PUT"] {
        let request = format!("{method} /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
        is_served(method, request.as_bytes(), 405).await;
    }
    let absolute = b"GET http://evil.example/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    is_served("an absolute address: this is no proxy", absolute, 200).await;
    is_served("a method in a header", &post("X-HTTP-Method-Override: DELETE\r\nContent-Length: 2", "{}"), 422).await;
}

#[tokio::test]
async fn no_path_leads_around_the_routes() {
    for path in [
        "/api/v1/../../health/live",
        "/api/v1/%2e%2e/%2e%2e/health/live",
        "//health/live",
        "/health//live",
        "/health/live/",
        "/health/live%00",
        "/HEALTH/live",
        "/api/v1/users/%2e%2e/admin/users",
        "/api/v1/users/%ff",
        "/api/v1/users/%zz",
        "/api/v1/users/%00",
        "/health\\live",
        "/api/v1;/users/me",
        "*",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let heard = conversation(shared().address(), request.as_bytes()).await;
        assert!(matches!(heard.statuses[..], [400 | 404]), "{path}: {:?}", heard.statuses);
    }
}

#[tokio::test]
async fn no_header_of_a_client_is_written_into_an_answer_as_another() {
    let request = get("X-Request-Id: a%0d%0aSet-Cookie:%20b\r\nConnection: close");
    let heard = conversation(shared().address(), &request).await;
    assert_eq!(heard.statuses, [200]);
    assert!(!heard.text.to_lowercase().contains("set-cookie"), "{}", heard.text);
}
