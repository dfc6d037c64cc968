//! Bodies that no client of good will sends: each is refused as the client's mistake, by every route that reads one.

use harness::{Answer, Client, shared};
use reqwest::Method;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};

use super::access::documented;
use super::mass_assignment::entitled;
use super::raw::conversation;
use super::requests::request;
use super::table::rows;
use super::world::World;

/// One byte more than a body may have.
const TOO_MUCH: usize = (1 << 20) + 1;
const JSON: &str = "application/json";
/// `{}`, compressed.
const GZIPPED: [u8; 22] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0];

/// What is sent, as what, and what it gets.
struct Attempt {
    what: &'static str,
    kind: &'static str,
    coding: Option<&'static str>,
    body: Vec<u8>,
    expected: (u16, &'static str),
}

fn attempt(what: &'static str, body: impl Into<Vec<u8>>, status: u16, code: &'static str) -> Attempt {
    Attempt { what, kind: JSON, coding: None, body: body.into(), expected: (status, code) }
}

fn of_kind(what: &'static str, kind: &'static str) -> Attempt {
    Attempt { kind, ..attempt(what, "{}", 415, "unsupported_media_type") }
}

fn attempts() -> Vec<Attempt> {
    let malformed = |what, body: &[u8]| attempt(what, body, 400, "malformed_json");
    let utf16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        malformed("half an object", b"{\"a\": "),
        malformed("an object and more", b"{} {}"),
        malformed("a list", b"[]"),
        malformed("a text", b"\"{}\""),
        malformed("null", b"null"),
        malformed("single quotes", b"{'a': 1}"),
        malformed("a comma too many", b"{\"a\": 1,}"),
        malformed("a comment", b"{} // nothing"),
        malformed("no number", b"{\"a\": NaN}"),
        malformed("a byte order mark", b"\xef\xbb\xbf{}"),
        malformed("bytes that are no UTF-8", b"{\"a\": \"\xff\xfe\"}"),
        malformed("an encoding longer than it needs to be", b"{\"a\": \"\xc0\xaf\"}"),
        malformed("half a character", b"{\"a\": \"\\ud800"),
        malformed("a NUL among the words", b"{\"a\":\x001}"),
        malformed("NULs alone", &[0; 100]),
        malformed("UTF-16", &utf16),
        malformed("lists within lists without an end", "[".repeat(500_000).as_bytes()),
        malformed("objects within objects without an end", "{\"a\":".repeat(200_000).as_bytes()),
        malformed("XML", b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"),
        attempt("more than fits", vec![b' '; TOO_MUCH], 413, "payload_too_large"),
        of_kind("no kind", ""),
        of_kind("text", "text/plain"),
        of_kind("a form", "application/x-www-form-urlencoded"),
        of_kind("a form with files", "multipart/form-data; boundary=x"),
        of_kind("a kind that is no kind", "json"),
        of_kind("another encoding", "application/json; charset=utf-16"),
        Attempt { coding: Some("gzip"), body: GZIPPED.into(), ..of_kind("something compressed", JSON) },
        Attempt { coding: Some("br"), ..of_kind("a compression that it has not", JSON) },
    ]
}

async fn send(client: &Client, method: &str, path: &str, attempt: &Attempt) -> Answer {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let mut request = client.request(method, &format!("/{path}")).header(CONTENT_TYPE, attempt.kind);
    if let Some(coding) = attempt.coding {
        request = request.header(CONTENT_ENCODING, coding);
    }
    client.send(request.body(attempt.body.clone())).await
}

#[tokio::test]
async fn every_route_refuses_every_bad_body_as_the_client_s_mistake() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for row in rows().iter().filter(|row| ["POST", "PATCH", "DELETE"].contains(&row.method())) {
        let role = entitled(row);
        let request = request(&world, &row.route, &row.case, role).await.unwrap_or_else(|| panic!("{row}"));
        let client = request.sender.as_ref().unwrap_or_else(|| world.client(role));
        for attempt in attempts() {
            let answer = send(client, row.method(), &request.path, &attempt).await;
            let told = (answer.status, answer.body["code"].as_str().unwrap_or_default());
            if told != attempt.expected {
                wrong.push(format!("{row}: {} gets {told:?} instead of {:?}", attempt.what, attempt.expected));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn values_that_are_json_and_no_sense_are_named() {
    let host = shared().client().somebody("Iris").await;
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let digits = "9".repeat(100_000);
    for (what, field, value, code) in [
        ("a list without an end", "title", nested.as_str(), "wrong_type"),
        ("a NUL", "title", r#""a \u0000 room""#, "control_character"),
        ("half a character", "title", r#""a \ud800 room""#, "wrong_type"),
        ("a price without an end", "price", &digits, ""),
        ("a price beyond all bounds", "price", "1e999999999", ""),
        ("a price of nothing", "price", "1e-999999999", ""),
        ("a truth", "price", "true", ""),
        ("more people than there are", "capacity", "99999999999999999999", ""),
        ("a place on another planet", "latitude", "1e308", ""),
    ] {
        let other = if field == "title" { r#""price": "10""# } else { r#""title": "A room""# };
        let other =
            if ["capacity", "latitude"].contains(&field) { r#""title": "A room", "price": "10""# } else { other };
        let body = format!(r#"{{{other}, "{field}": {value}}}"#);
        let request = host.client.request(Method::POST, "/places").header(CONTENT_TYPE, JSON);
        let answer = host.client.send(request.body(body)).await.expect_error(422, "validation_failed");
        let told = answer.body["errors"].as_array().expect("errors");
        assert!(told.iter().any(|error| error["field"] == field), "{what}: {told:?}");
        assert!(code.is_empty() || told.iter().any(|error| error["code"] == code), "{what}: {told:?}");
    }
    let twice = host.client.request(Method::POST, "/places").header(CONTENT_TYPE, JSON);
    let twice = twice.body(r#"{"title": "A room", "price": "10", "price": "99"}"#);
    let answer = host.client.send(twice).await.expect_error(422, "validation_failed");
    assert_eq!(answer.body["errors"][0]["code"], "repeated");
}

#[tokio::test]
async fn a_flood_without_a_length_is_cut_off() {
    let head = "POST /api/v1/auth/logout HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Transfer-Encoding: chunked\r\n\r\n";
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let heard = conversation(shared().address(), format!("{head}{}", chunk.repeat(40)).as_bytes()).await;
    assert!(matches!(heard.statuses[..], [413] | []), "{:?}", heard.statuses);
}

/// Parameters of queries: what cannot be read is refused by its name, and so is what the route does not know.
#[tokio::test]
async fn odd_queries_are_the_client_s_mistake() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for route in documented(world.client("nobody")).await.into_iter().filter(|route| route.starts_with("GET ")) {
        let row = rows().into_iter().find(|row| row.route == route).expect("access.md has every route");
        let role = entitled(&row);
        let request = request(&world, &row.route, &row.case, role).await.unwrap_or_else(|| panic!("{row}"));
        let path = request.path.split('?').next().expect("a path");
        for query in [
            "page=0",
            "page=-1",
            "page=99999999999999999999",
            "per_page=1000000",
            "per_page=%00",
            "cursor=%00",
            "cursor=AAAA",
            "cursor=%27%20or%201=1--",
            "from=0000-00-00&to=9999-99-99",
            "from=2026-02-30",
            "q=%00",
            "q=%ff",
            "unknown=1",
            "sort=%27;drop%20table%20events",
            "location=nan,nan",
            "location=1e999,0",
            "radius=-1",
            "radius=inf",
            "price_min=1e99999",
            "amenities=%00",
            "guests=-1",
            "after=-1",
            "limit=0",
            "check_in=2027-01-01",
            "place_id=%27",
            "status=%27",
            "role=%27",
            "=",
            "%",
            "a[]=1&a[0]=2",
        ] {
            let answer = world.client(role).get(&format!("/{path}?{query}")).await;
            let code = answer.body["code"].as_str().unwrap_or_default();
            if answer.status != 400 || !["invalid_parameter", "unknown_parameter"].contains(&code) {
                wrong.push(format!("{route} as {role}, ?{query}: {} {code}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
