//! `Idempotency-Key`: a client's wish that a repeat of its request have no second effect.

use axum::http::request::Parts;
use axum::http::{HeaderName, Method, StatusCode};
use commands::Idempotency;
use domain::Invalid;
use sha2::{Digest, Sha256};

use super::headers::invalid;
use crate::failure::ApiError;
use crate::router::BASE;

pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The longest key, in bytes.
const MAX_BYTES: usize = 255;

/// The key that a request holds, checked before its body is read.
#[derive(Debug)]
pub(super) struct Key(Option<String>);

fn is_auth(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|path| path.starts_with("/auth/"))
}

impl Key {
    /// Only a POST has a key: whatever else carries one is idempotent by itself. Neither have `/auth/*`, which answer
    /// with secrets that are never kept.
    ///
    /// # Errors
    /// `invalid_parameter` unless it is 1 to 255 visible ASCII characters, given once.
    pub(super) fn of(parts: &Parts, path: &str) -> Result<Self, ApiError> {
        if parts.method != Method::POST || is_auth(path) {
            return Ok(Self(None));
        }
        let mut values = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(value) = values.next() else { return Ok(Self(None)) };
        let well_formed = (1..=MAX_BYTES).contains(&value.len()) && value.as_bytes().iter().all(u8::is_ascii_graphic);
        match value.to_str() {
            Ok(key) if well_formed && values.next().is_none() => Ok(Self(Some(key.to_owned()))),
            _ => {
                let message = format!("Must be 1 to {MAX_BYTES} visible ASCII characters, given once.");
                Err(invalid(&IDEMPOTENCY_KEY, Invalid::new("malformed", message)))
            }
        }
    }

    /// The wish: of this request alone, recognised by its method, path and body.
    pub(super) fn wish(self, parts: &Parts, path: &str, body: &[u8], success: StatusCode) -> Option<Idempotency> {
        self.0.map(|key| Idempotency {
            key,
            scope: format!("{} {path}", parts.method),
            digest: Sha256::digest(body).into(),
            status: success.as_u16(),
        })
    }
}
