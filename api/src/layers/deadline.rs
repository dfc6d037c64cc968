use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::caller::LocalOperator;
use crate::failure::{ApiError, Failure};

/// Gives up on a request after the deadline. What it had handed to the appender by then may still become durable: a
/// retry under the same `Idempotency-Key` tells. The operator, who rebuilds views, is not hurried.
pub(crate) async fn deadline(State(longest): State<Duration>, request: Request, next: Next) -> Response {
    if request.extensions().get::<LocalOperator>().is_some() {
        return next.run(request).await;
    }
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(response) => response,
        Err(elapsed) => ApiError::caused_by(Failure::Unavailable, elapsed).into_response(),
    }
}
