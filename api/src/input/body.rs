use std::error::Error;

use axum::body::{Body as Stream, Bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::LengthLimitError;

use super::fields::Fields;
use super::json::Json;
use super::problems::{Noted, refusal};
use crate::failure::{ApiError, Failure};
use crate::layers::BodyTime;

/// The longest body accepted, in bytes.
const MAX_BYTES: usize = 1024 * 1024;

/// What a command reads from the JSON object in its body.
pub(crate) trait Body: Sized {
    /// The status of a success: 201 for commands that create.
    const SUCCESS: StatusCode = StatusCode::OK;
    /// Whether a repeat of an operation is harmless by what the body says: then it may have a key that is not needed.
    const HARMLESS_AGAIN: bool = false;

    /// Reads every field first and uses `?` after.
    ///
    /// # Errors
    /// Noted in `fields`.
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted>;

    /// Reads a whole body. An empty one counts as an object without fields.
    ///
    /// # Errors
    /// `unsupported_media_type`, `malformed_json`, `unknown_field` or `validation_failed`, naming all problems.
    fn of(headers: &HeaderMap, bytes: &[u8]) -> Result<Self, ApiError> {
        let text = if bytes.is_empty() { b"{}" } else { bytes };
        let readable = bytes.is_empty() || (is_json(headers) && is_plain(headers));
        if !readable {
            return Err(Failure::UnsupportedMediaType.into());
        }
        let malformed = |cause: Box<dyn Error + Send + Sync>| ApiError::caused_by(Failure::MalformedJson, cause);
        let json = Json::parse(text).map_err(|error| malformed(error.into()))?;
        let fields = Fields::of(json).map_err(|problem| malformed(problem.into()))?;
        fields
            .finish(Self::read)
            .map_err(|problems| refusal(problems, Failure::UnknownField, Failure::ValidationFailed))
    }
}

/// No fields at all: an empty body, or `{}`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoBody;

impl Body for NoBody {
    fn read(_: &mut Fields<'_>) -> Result<Self, Noted> {
        Ok(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.to_ascii_lowercase();
    let mut parts = media_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    // JSON is UTF-8 (RFC 8259, section 8.1): who says otherwise means other bytes.
    let mut charsets = parts.filter_map(|parameter| parameter.strip_prefix("charset="));
    let is_json = essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    is_json && charsets.all(|charset| ["utf-8", "\"utf-8\""].contains(&charset))
}

/// Nothing is decompressed: a few bytes could become more than fits anywhere.
fn is_plain(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// The bytes of a body, which has to arrive in `time` if there is one.
///
/// # Errors
/// `payload_too_large`, `request_timeout`, or `malformed_json` where the client stopped halfway.
pub(crate) async fn read_body(stream: Stream, time: Option<BodyTime>) -> Result<Bytes, ApiError> {
    let reading = axum::body::to_bytes(stream, MAX_BYTES);
    let read = match time {
        Some(BodyTime(time)) => {
            let late = |elapsed| ApiError::caused_by(Failure::RequestTimeout, elapsed);
            tokio::time::timeout(time, reading).await.map_err(late)?
        }
        None => reading.await,
    };
    read.map_err(|error| {
        let too_large = error.source().is_some_and(|source| source.is::<LengthLimitError>());
        ApiError::caused_by(if too_large { Failure::PayloadTooLarge } else { Failure::MalformedJson }, error)
    })
}
