use reqwest::Method;
use reqwest::header::{HeaderMap, USER_AGENT};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::logs;

/// Speaks the API's conventions: a base address, a bearer token, one answer type.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; `null` where it is empty, a string where it is no JSON.
    pub body: Value,
}

/// A registered, signed-in person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The user's id.
    pub id: Uuid,
    /// As registered.
    pub email: String,
    /// Signed in.
    pub client: Client,
    /// Of the session.
    pub refresh_token: String,
}

/// A listed place and its host.
#[derive(Debug, Clone)]
pub struct Place {
    /// The place's id.
    pub id: Uuid,
    /// Who listed it.
    pub host: Person,
}

/// The password of every person the tests make.
pub const PASSWORD: &str = "correct horse battery";

impl Client {
    /// A client that is not signed in. `base` is like `http://127.0.0.1:8080`.
    pub fn new(base: impl Into<String>) -> Self {
        let http = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(60))
            .build()
            .expect("a client without TLS always builds");
        Self { http, base: base.into(), token: None }
    }

    /// The same client, signed in.
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The bearer token, if it is signed in.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same client at another server.
    pub fn at(&self, base: impl Into<String>) -> Self {
        Self { base: base.into(), ..self.clone() }
    }

    /// A request under `/api/v1` (or at the root, for a path that begins with `//`), to be refined with `reqwest`.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = match path.strip_prefix("//") {
            Some(root) => format!("{}/{root}", self.base),
            None => format!("{}/api/v1{path}", self.base),
        };
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request; an error is one of the connection, not of the API.
    pub async fn try_send(&self, request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        let (http, request) = request.build_split();
        let request = request?;
        let sent = request.body().and_then(reqwest::Body::as_bytes).map(serde_json::from_slice);
        if let Some(Ok(sent)) = &sent {
            logs::remember_sent(sent);
        }
        request.url().query_pairs().for_each(|(name, value)| logs::remember_parameter(&name, &value));
        if let Some(agent) = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()) {
            logs::remember(agent);
        }
        let response = http.execute(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())),
        };
        logs::remember_answer(&body);
        Ok(Answer { status, headers, body })
    }

    /// Sends a request that must be answered.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.try_send(request).await.expect("the server answers")
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// POST without a body.
    pub async fn post_empty(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// POST with a JSON body under an idempotency key.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).header("Idempotency-Key", key).json(&body)).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Registers somebody new and signs them in.
    pub async fn somebody(&self, first_name: &str) -> Person {
        let email = format!("{}@example.org", Uuid::now_v7().simple());
        let body = json!({"email": email, "password": PASSWORD, "first_name": first_name, "last_name": "Tester"});
        let id = self.post("/auth/register", body).await.expect(201).id();
        self.sign_in(id, &email).await
    }

    /// One of the numbers on the page of metrics, by its name and labels.
    pub async fn metric(&self, sample: &str) -> u64 {
        let page = self.get("//metrics").await.expect(200);
        let text = page.body.as_str().expect("a text");
        let line = text.lines().find_map(|line| line.strip_prefix(sample)).expect("the sample is there");
        line.trim().parse().expect("a number")
    }

    /// Opens a session of somebody who is registered.
    pub async fn sign_in(&self, id: Uuid, email: &str) -> Person {
        let tokens = self.post("/auth/login", json!({"email": email, "password": PASSWORD})).await.expect(200);
        let data = tokens.data();
        let client = self.with_token(data["access_token"].as_str().expect("a token"));
        let refresh_token = data["refresh_token"].as_str().expect("a token").to_owned();
        Person { id, email: email.to_owned(), client, refresh_token }
    }
}

impl Person {
    /// Lists a place: an ordinary one, with `overrides` on top.
    pub async fn lists(&self, overrides: Value) -> Place {
        let mut place = json!({
            "title": "Maison près du canal", "price": "120.00", "currency": "EUR", "capacity": 4,
            "latitude": 48.8722, "longitude": 2.3677, "city": "Paris", "country": "France",
        });
        if let (Some(place), Some(overrides)) = (place.as_object_mut(), overrides.as_object()) {
            place.extend(overrides.clone());
        }
        let id = self.client.post("/places", place).await.expect(201).id();
        Place { id, host: self.clone() }
    }

    /// Asks for nights of a place, counted in days from today (UTC).
    pub async fn asks_for(&self, place: &Place, from_day: i64, to_day: i64) -> Answer {
        self.client.post("/bookings", booking(place.id, from_day, to_day)).await
    }
}

/// The body of a booking request, its nights counted in days from today (UTC).
pub fn booking(place_id: Uuid, from_day: i64, to_day: i64) -> Value {
    json!({"place_id": place_id, "check_in": day(from_day), "check_out": day(to_day), "guests": 2})
}

/// The date so many days from today (UTC).
pub fn day(offset: i64) -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    (today + jiff::Span::new().days(offset)).to_string()
}

impl Answer {
    /// This answer, if it has the status that the test expects.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    /// This answer, if it is the error that the test expects.
    #[track_caller]
    pub fn expect_error(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{:#}", self.body);
        self
    }

    /// The envelope's `data`.
    pub fn data(&self) -> &Value {
        &self.body["data"]
    }

    /// The resource's id.
    #[track_caller]
    pub fn id(&self) -> Uuid {
        self.data()["id"].as_str().and_then(|id| id.parse().ok()).expect("an answer with an id")
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
