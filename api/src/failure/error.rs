use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use domain::FieldError;

use super::Failure;
use crate::answer::Envelope;

/// How long a client should wait before it tries again what was not available.
const RETRY: Duration = Duration::from_secs(1);

/// A request that failed: what the client is told, and the cause that only the log is told.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    /// What the client is told.
    pub(crate) failure: Failure,
    /// Which fields or parameters were wrong.
    pub(crate) errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl ApiError {
    /// A failure that concerns the fields or parameters named.
    pub(crate) fn with_errors(failure: Failure, errors: Vec<FieldError>) -> Self {
        Self { errors, ..failure.into() }
    }

    /// A failure with the cause that the log should tell.
    pub(crate) fn caused_by(failure: Failure, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into().into()), ..failure.into() }
    }

    /// The same, with another time to wait.
    #[must_use]
    pub(crate) fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// The chain of causes on one line.
    pub(crate) fn causes(&self) -> String {
        let mut causes = Vec::new();
        let mut next = self.source.as_deref().map(|source| source as &dyn Error);
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        causes.join(": ")
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        let retry_after = matches!(failure, Failure::Unavailable | Failure::ViewBehind).then_some(RETRY);
        Self { failure, errors: Vec::new(), retry_after, source: None }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.failure.code())
    }
}

impl Error for ApiError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.failure.status().into_response();
        let headers = response.headers_mut();
        if let Some(wait) = self.retry_after {
            // Whole seconds, rounded up: a client that obeys must not come too early.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if matches!(self.failure, Failure::Unauthenticated | Failure::TokenExpired) {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Envelope::Failure(self));
        response
    }
}
