//! Names of response headers that HTTP itself does not know.

use axum::http::HeaderName;

/// The position of a command's last event.
pub(crate) const X_EVENT_POSITION: HeaderName = HeaderName::from_static("x-event-position");
/// `behind`, where the views do not show a command's effect yet.
pub(crate) const X_READ_MODEL: HeaderName = HeaderName::from_static("x-read-model");
/// `true` on the answer to a repeat.
pub(crate) const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Which of the caller's preferences were followed (RFC 7240).
pub(crate) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
