use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::caller::LocalOperator;
use crate::failure::{ApiError, Failure};

/// How long a request's body may take to arrive: less than the whole request may, so that a client that is slow is told
/// so, rather than that the server is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyTime(pub(crate) Duration);

/// Gives up on a request after the deadline. What it had handed to the appender by then may still become durable: a
/// retry under the same `Idempotency-Key` tells. The operator, who rebuilds views, is not hurried.
pub(crate) async fn deadline(State(longest): State<Duration>, mut request: Request, next: Next) -> Response {
    if request.extensions().get::<LocalOperator>().is_some() {
        return next.run(request).await;
    }
    request.extensions_mut().insert(BodyTime(longest * 4 / 5));
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(response) => response,
        Err(elapsed) => ApiError::caused_by(Failure::Unavailable, elapsed).into_response(),
    }
}
