//! What the tests of conventions share: small routers under the real layers.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode};
use commands::ports::clock::Clock;
use http_body_util::BodyExt;
use jiff::Timestamp;
use serde_json::Value;
use tower::ServiceExt;

use crate::layers::Panics;
use crate::metrics::Traffic;
use crate::router::around;
use crate::state::Settings;

/// A clock that stands still.
pub(crate) struct Standstill;

impl Clock for Standstill {
    fn now(&self) -> Timestamp {
        "2026-11-14T12:00:00Z".parse().unwrap()
    }
}

/// Routes under the layers that need neither side of the house.
pub(crate) fn app(routes: Router, settings: &Settings) -> Router {
    around(routes, settings, Arc::new(Standstill), Panics::default(), Traffic::default())
}

/// An answer, read.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answered {
    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// Status and code.
    pub(crate) fn failure(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    /// The problems told, as `field: code`.
    pub(crate) fn problems(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| format!("{}: {}", text(&error["field"]), text(&error["code"]))).collect()
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Sends one request.
pub(crate) async fn send(app: &Router, request: Builder, body: impl Into<Body>) -> Answered {
    let response = app.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Answered { status: parts.status, headers: parts.headers, text }
}

/// A POST of JSON.
pub(crate) fn post(path: &str) -> Builder {
    Request::post(path).header("content-type", "application/json")
}
