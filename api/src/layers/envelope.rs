//! The outermost layer: gives the request its id, and writes the body of every answer.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use commands::ports::clock::Clock;
use tracing::Instrument;

use super::finished::route;
use super::request_id::{RequestId, X_REQUEST_ID};
use crate::answer::Envelope;
use crate::failure::{ApiError, Failure};

/// Serves a request under its id. An error that does not come from a handler (no such route, a method not offered) is
/// put into the envelope as well.
pub(crate) async fn envelope(State(clock): State<Arc<dyn Clock>>, mut request: Request, next: Next) -> Response {
    let id = RequestId::of_headers(request.headers());
    let (method, route) = (request.method().clone(), route(request.extensions()));
    let span = tracing::info_span!("request", request_id = id.0, %method, route);
    request.extensions_mut().insert(id.clone());

    let mut response = next.run(request).instrument(span.clone()).await;
    let content = match response.extensions_mut().remove::<Envelope>() {
        None if response.status().is_client_error() || response.status().is_server_error() => {
            Some(Envelope::Failure(Failure::of_status(response.status()).into()))
        }
        content => content,
    };
    if let Some(Envelope::Failure(error)) = &content {
        span.in_scope(|| log(error));
    }
    if let Some(content) = content {
        response = match content.write(&id.0, clock.now()) {
            Ok(body) => with_body(response, body, &method),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
    }
    if let Ok(id) = HeaderValue::try_from(id.0) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// Replaces the body. An answer to HEAD has the headers of that body alone.
fn with_body(response: Response, body: Vec<u8>, method: &Method) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    Response::from_parts(parts, if method == Method::HEAD { Body::empty() } else { body.into() })
}

/// Errors are logged here and nowhere else, with the request's id from the span.
fn log(error: &ApiError) {
    let (code, status) = (error.failure.code(), error.failure.status().as_u16());
    if error.failure.status().is_server_error() {
        tracing::error!(code, status, causes = error.causes(), "the request failed");
    } else {
        tracing::debug!(code, status, causes = error.causes(), "the request was refused");
    }
}
