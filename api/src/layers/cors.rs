//! Which web pages may call: one allow-list, and this server's own pages.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::failure::{ApiError, Failure};

const METHODS: &str = "GET, HEAD, POST, PATCH, DELETE";
const REQUEST_HEADERS: &str = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, \
                               X-Min-Position, X-Request-Id";
const RESPONSE_HEADERS: &str = "ETag, Location, Retry-After, Idempotency-Replayed, Preference-Applied, \
                                RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, X-Event-Position, \
                                X-Read-Model, X-Request-Id, X-Search-Engine";
/// How long a browser need not ask again, in seconds.
const MAX_AGE: &str = "600";

/// Refuses requests of foreign pages, and answers the questions that browsers ask before other ones.
pub(crate) async fn cors(State(allowed): State<Arc<[String]>>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        return varying(next.run(request).await);
    };
    if !is_allowed(&origin, request.headers(), &allowed) {
        return varying(ApiError::from(Failure::Forbidden).into_response());
    }
    let asks_first =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks_first { preflight() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(RESPONSE_HEADERS));
    varying(response)
}

/// A page of this very host (the API's documentation) is not foreign, whatever the list says.
fn is_allowed(origin: &HeaderValue, headers: &HeaderMap, allowed: &[String]) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let own = origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == host);
    own || allowed.iter().any(|allowed| allowed == origin)
}

fn preflight() -> Response {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
        (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn varying(mut response: Response) -> Response {
    response.headers_mut().append(VARY, HeaderValue::from_static("Origin"));
    response
}
