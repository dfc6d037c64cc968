use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Extensions, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::request_id::X_REQUEST_ID;
use crate::metrics::Traffic;

/// The route of a request that no route is for: what it asked for could be anything.
const NOWHERE: &str = "unmatched";

/// Counts and logs each request once it is answered: by its route, never by its path or its query, which may be
/// anybody's. What asks for the server's health asks too often to be logged.
pub(crate) async fn finished(State(traffic): State<Traffic>, request: Request, next: Next) -> Response {
    let (method, route) = (name(request.method()), route(request.extensions()));
    let began = Instant::now();
    let response = next.run(request).await;
    let (status, took) = (response.status(), began.elapsed());
    traffic.count(method, &route, status, took);
    if !route.starts_with("/health/") {
        let request_id = response.headers().get(X_REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(request_id, method, route, status = status.as_u16(), milliseconds, "the request is answered");
    }
    response
}

/// The template of the route, such as `/api/v1/places/{id}`.
pub(super) fn route(extensions: &Extensions) -> String {
    extensions.get::<MatchedPath>().map_or(NOWHERE, MatchedPath::as_str).to_owned()
}

/// The method's name, from a closed list: clients may invent others.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
