//! Credentials that are not good: forged, stale, of something else, of somebody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use harness::{Client, Person, Server, shared};
use hmac::{Hmac, Mac as _};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Sha256, Sha512};
use uuid::Uuid;

use super::raw::Connection;

const SECRET: &str = "the-secret-of-the-campaign-0123456789";
const OLD_SECRET: &str = "the-secret-of-last-year-9876543210-ab";
const FOREIGN_SECRET: &str = "the-secret-of-another-house-abcdefghij";

async fn server() -> Server {
    let keys = format!("now:{SECRET},old:{OLD_SECRET}");
    Server::start(&[("HBNB_JWT_KEYS", &keys)]).await
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
}

fn hs256(content: &str, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length will do");
    mac.update(content.as_bytes());
    format!("{content}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn hs512(content: &str, secret: &str) -> String {
    let mut mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).expect("any length will do");
    mac.update(content.as_bytes());
    format!("{content}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// A token as the server signs it, to be spoilt.
struct Token {
    header: Value,
    claims: Value,
    whole: String,
}

impl Token {
    async fn of(client: &Client, person: &Person) -> Self {
        let body = json!({"refresh_token": person.refresh_token});
        let pair = client.post("/auth/refresh", body).await.expect(200);
        let whole = pair.data()["access_token"].as_str().expect("a token").to_owned();
        let mut parts = whole.split('.').map(decoded_or_null);
        let (header, claims) = (parts.next().expect("a header"), parts.next().expect("claims"));
        Self { header, claims, whole: whole.clone() }
    }

    /// Signed again under `secret`, with this in its header and that in its claims.
    fn with(&self, header: Value, claims: Value, secret: &str) -> String {
        hs256(&self.content(header, claims), secret)
    }

    fn content(&self, header: Value, claims: Value) -> String {
        format!("{}.{}", encoded(&merged(&self.header, header)), encoded(&merged(&self.claims, claims)))
    }

    fn signature(&self) -> &str {
        self.whole.rsplit('.').next().expect("a signature")
    }
}

fn decoded_or_null(part: &str) -> Value {
    if part.len() > 43 || part.starts_with("eyJ") { decoded(part) } else { Value::Null }
}

/// `null` takes a field away.
fn merged(whole: &Value, changes: Value) -> Value {
    let mut whole = whole.as_object().expect("an object").clone();
    for (name, value) in changes.as_object().expect("an object").clone() {
        if value.is_null() {
            whole.remove(&name)
        } else {
            whole.insert(name, value)
        };
    }
    Value::Object(whole)
}

#[tokio::test]
async fn what_this_house_did_not_sign_so_opens_nothing() {
    let server = server().await;
    let client = server.client();
    let token = Token::of(&client, &client.somebody("Vera").await).await;
    let victim = client.somebody("Victor").await;
    // The tools are right: what they sign alike is accepted.
    let alike = token.with(json!({}), json!({}), SECRET);
    client.with_token(alike).get("/users/me").await.expect(200);

    let now = Timestamp::now().as_second();
    let unsigned = |header: Value| format!("{}.", token.content(header, json!({})));
    let signed = |header: Value, claims: Value| token.with(header, claims, SECRET);
    let (head, tail) = token.whole.split_at(token.whole.len() - 6);
    let forged = [
        ("the claims of another under this signature", {
            let content = token.content(json!({}), json!({"sub": victim.id}));
            format!("{content}.{}", token.signature())
        }),
        ("another key", token.with(json!({}), json!({}), FOREIGN_SECRET)),
        ("another key of ours than it names", token.with(json!({}), json!({}), OLD_SECRET)),
        ("an unknown kid", signed(json!({"kid": "tomorrow"}), json!({}))),
        ("a kid that is a path", signed(json!({"kid": "../../etc/passwd"}), json!({}))),
        ("a kid that is SQL", signed(json!({"kid": "now' or 'a'='a"}), json!({}))),
        ("no kid", signed(json!({"kid": null}), json!({}))),
        ("a key in the header", token.with(json!({"jwk": {"kty": "oct", "k": "AAAA"}}), json!({}), FOREIGN_SECRET)),
        ("a key elsewhere", token.with(json!({"jku": "http://127.0.0.1:1/keys"}), json!({}), FOREIGN_SECRET)),
        ("alg none", unsigned(json!({"alg": "none"}))),
        ("alg None", unsigned(json!({"alg": "None"}))),
        ("alg none with a signature", signed(json!({"alg": "none"}), json!({}))),
        ("no alg", signed(json!({"alg": null}), json!({}))),
        ("alg RS256 over our secret", signed(json!({"alg": "RS256"}), json!({}))),
        ("alg ES256 over our secret", signed(json!({"alg": "ES256"}), json!({}))),
        ("alg HS512", hs512(&token.content(json!({"alg": "HS512"}), json!({})), SECRET)),
        ("alg HS256 with a signature of HS512", hs512(&token.content(json!({}), json!({})), SECRET)),
        ("an extension that must be understood", signed(json!({"crit": ["exp"]}), json!({}))),
        ("another audience", signed(json!({}), json!({"aud": "elsewhere"}))),
        ("no audience", signed(json!({}), json!({"aud": null}))),
        ("another issuer", signed(json!({}), json!({"iss": "elsewhere"}))),
        ("no issuer", signed(json!({}), json!({"iss": null}))),
        ("no expiry", signed(json!({}), json!({"exp": null}))),
        ("an expiry that is no number", signed(json!({}), json!({"exp": "never"}))),
        ("not yet valid", signed(json!({}), json!({"nbf": now + 3_600}))),
        ("of tomorrow", signed(json!({}), json!({"iat": now + 86_400, "exp": now + 90_000}))),
        ("a role that there is not", signed(json!({}), json!({"roles": ["root"]}))),
        ("a session that there is not", signed(json!({}), json!({"sid": Uuid::now_v7()}))),
        ("no signature", format!("{}.", token.content(json!({}), json!({})))),
        ("no signature nor its dot", token.content(json!({}), json!({}))),
        ("half a signature", head.to_owned()),
        ("a longer signature", format!("{}AAAA", token.whole)),
        ("a fourth part", format!("{}.AAAA", token.whole)),
        ("another tail", format!("{head}{}", tail.chars().rev().collect::<String>())),
        ("the claims alone", encoded(&token.claims)),
        ("dots", "..".to_owned()),
    ];
    for (what, forged) in forged {
        let answer = client.with_token(forged).get("/users/me").await;
        assert_eq!((answer.status, answer.body["code"].as_str()), (401, Some("unauthenticated")), "{what}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{what}");
    }
}

#[tokio::test]
async fn a_token_of_the_older_key_is_good_as_long_as_that_key_is_listed() {
    let server = server().await;
    let client = server.client();
    let token = Token::of(&client, &client.somebody("Vera").await).await;
    let older = token.with(json!({"kid": "old"}), json!({}), OLD_SECRET);
    client.with_token(older).get("/users/me").await.expect(200);
}

#[tokio::test]
async fn a_token_ends_after_its_hour_and_says_so() {
    let server = server().await;
    let person = server.client().somebody("Vera").await;
    server.clock.advance(SignedDuration::from_secs(3_590));
    person.client.get("/users/me").await.expect(200);
    server.clock.advance(SignedDuration::from_secs(10));
    person.client.get("/users/me").await.expect_error(401, "token_expired");
    // Where anybody may look, a stale token is told all the same, so that clients notice.
    person.client.get("/places").await.expect_error(401, "token_expired");
}

#[tokio::test]
async fn a_token_is_of_one_kind_only() {
    let client = harness::shared().client();
    let (person, other) = (client.somebody("Vera").await, client.somebody("Victor").await);
    // Refresh tokens open no door.
    for refresh_token in [&person.refresh_token, &other.refresh_token] {
        client.with_token(refresh_token).get("/users/me").await.expect_error(401, "unauthenticated");
    }
    // Access tokens are no refresh tokens, and spend nothing.
    let login = client.sign_in(person.id, &person.email).await;
    let tokens = client.post("/auth/refresh", json!({"refresh_token": login.refresh_token})).await.expect(200);
    let access = tokens.data()["access_token"].clone();
    client.post("/auth/refresh", json!({"refresh_token": access})).await.expect_error(401, "unauthenticated");
    // Whoever is signed in as somebody else refreshes the token's session, not their own.
    let body = json!({"refresh_token": person.refresh_token});
    let pair = other.client.post("/auth/refresh", body).await.expect(200);
    let opened = client.with_token(pair.data()["access_token"].as_str().expect("a token"));
    assert_eq!(opened.get("/users/me").await.expect(200).id(), person.id);
}

#[tokio::test]
async fn the_token_of_a_session_or_an_account_that_is_closed_opens_nothing() {
    let client = harness::shared().client();
    let person = client.somebody("Vera").await;
    let second = client.sign_in(person.id, &person.email).await;
    second.client.post_empty("/auth/logout").await.expect(204);
    second.client.get("/users/me").await.expect_error(401, "unauthenticated");
    person.client.get("/users/me").await.expect(200);

    person.client.delete("/users/me").await.expect(204);
    for path in ["/users/me", "/users/me/places", "/bookings", "/places"] {
        person.client.get(path).await.expect_error(401, "unauthenticated");
    }
    for spent in [&person.refresh_token, &second.refresh_token] {
        let body = json!({"refresh_token": spent});
        client.post("/auth/refresh", body).await.expect_error(401, "unauthenticated");
    }
}

#[tokio::test]
async fn credentials_come_in_one_header_of_one_form() {
    let client = harness::shared().client();
    let person = client.somebody("Vera").await;
    let own = person.client.request(Method::GET, "/users/me");
    let given = own.build().expect("a request").headers()["authorization"].to_str().expect("a text").to_owned();
    let token = given.strip_prefix("Bearer ").expect("a bearer token");
    let with = async |values: &[&str]| {
        let mut request = client.request(Method::GET, "/users/me");
        for value in values {
            request = request.header("Authorization", *value);
        }
        client.send(request).await
    };
    with(&[&given]).await.expect(200);
    for wrong in [token, &format!("Basic {token}"), &format!("Token {token}"), &format!("Bearer{token}"), "Bearer", ""]
    {
        with(&[wrong]).await.expect_error(401, "unauthenticated");
    }
    with(&[&given, &given]).await.expect_error(400, "invalid_parameter");
    with(&["Bearer nonsense", &given]).await.expect_error(400, "invalid_parameter");
    // Addresses end up in logs and histories: no credentials in them.
    client.get(&format!("/users/me?access_token={token}")).await.expect_error(401, "unauthenticated");
}

#[tokio::test]
async fn a_header_of_any_length_is_refused_and_not_worked_through() {
    let client = harness::shared().client();
    for length in [10_000, 50_000] {
        client.with_token("e".repeat(length)).get("/users/me").await.expect_error(401, "unauthenticated");
    }
    let huge = client.with_token("e".repeat(1_000_000));
    let answer = huge.try_send(huge.request(Method::GET, "/users/me")).await;
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status == 431), "more than fits into a head");
}

#[tokio::test]
async fn a_session_that_ends_while_a_body_is_on_its_way_does_nothing_with_it() {
    let server = shared();
    let person = server.client().somebody("Trudy").await;
    let (token, body) = (person.client.token().expect("somebody is signed in"), r#"{"first_name": "Changed"}"#);
    let head = format!(
        "PATCH /api/v1/users/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nExpect: 100-continue\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut connection = Connection::to(server.address()).await;
    connection.say(head.as_bytes()).await;
    connection.hear_that_it_is_wanted().await;

    let again = server.client().sign_in(person.id, &person.email).await;
    again.client.post_empty("/auth/logout-all").await.expect(204);

    assert_eq!(connection.hear_after(body.as_bytes()).await.statuses, [401]);
    let unchanged = server.client().sign_in(person.id, &person.email).await.client.get("/users/me").await;
    assert_eq!(unchanged.expect(200).data()["first_name"], "Trudy");
}
