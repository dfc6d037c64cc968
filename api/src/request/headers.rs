//! Request headers that change how a request is served.

use axum::http::header::{IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName};
use domain::{FieldError, Invalid};

use crate::answer::Condition;
use crate::failure::{ApiError, Failure};

/// How the command is to be answered (RFC 7240).
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// Whether the caller would rather not wait for the views.
pub(super) fn prefers_async(headers: &HeaderMap) -> bool {
    headers
        .get_all(PREFER)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|preference| preference.trim().eq_ignore_ascii_case("respond-async"))
}

/// The version that `If-Match` allows a command to change; `None` for any.
///
/// Of several it is the highest: versions only grow, so a client that has seen that one knows the others are gone. A
/// header that names none of ours allows none.
///
/// # Errors
/// `invalid_parameter` for a header that is neither `*` nor a list of tags.
pub(super) fn if_match(headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    /// No stream ever has this version.
    const NONE: u64 = u64::MAX;
    let versions = condition(headers, IF_MATCH)?.and_then(|condition| condition.versions());
    Ok(versions.map(|versions| versions.into_iter().max().unwrap_or(NONE)))
}

/// What the client has already.
///
/// # Errors
/// `invalid_parameter` as above.
pub(super) fn if_none_match(headers: &HeaderMap) -> Result<Option<Condition>, ApiError> {
    condition(headers, IF_NONE_MATCH)
}

fn condition(headers: &HeaderMap, name: HeaderName) -> Result<Option<Condition>, ApiError> {
    // A list may be spread over several lines (RFC 9110, 5.3).
    let lines: Vec<_> = headers.get_all(&name).iter().map(|value| value.to_str()).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let malformed = || invalid(&name, Invalid::new("malformed", "Must be * or a list of quoted entity tags."));
    let lines = lines.into_iter().collect::<Result<Vec<_>, _>>().map_err(|_| malformed())?;
    lines.join(", ").parse().map(Some).map_err(|_| malformed())
}

/// `invalid_parameter`, naming the header.
pub(super) fn invalid(name: &HeaderName, problem: Invalid) -> ApiError {
    let error: FieldError = problem.at(name.as_str());
    ApiError::with_errors(Failure::InvalidParameter, vec![error])
}
