//! `X-Min-Position`: reading one's own writes through any process.

use std::time::{Duration, Instant};

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use domain::Invalid;
use projections::{Views, Waited};

use super::headers::invalid;
use crate::failure::{ApiError, Failure};
use crate::input::{Value, Whole};

/// The position that a read must have reached: that of a write, seen in its `X-Event-Position`.
const X_MIN_POSITION: HeaderName = HeaderName::from_static("x-min-position");
/// How long a read waits for it.
const WAIT: Duration = Duration::from_secs(2);

/// Holds a read back until the views contain the position it names.
///
/// The views come with the request, as an extension: the position is looked at where the read is, behind the layers that
/// count calls, so that no outcome of it goes uncounted.
///
/// Returns that position.
///
/// # Errors
/// `invalid_parameter` for what is no position, or not one yet; `view_behind` where the views take too long.
pub(super) async fn reach(parts: &Parts) -> Result<Option<u64>, ApiError> {
    let Some(position) = wanted(&parts.headers)? else { return Ok(None) };
    let views = parts.extensions.get::<Views>().ok_or(Failure::Internal)?;
    if position > views.head().await? {
        return Err(invalid(&X_MIN_POSITION, Invalid::new("ahead", "Lies beyond the end of the log.")));
    }
    match views.wait_for(position, Instant::now() + WAIT).await {
        Waited::Reached => Ok(Some(position)),
        Waited::Behind => Err(Failure::ViewBehind.into()),
    }
}

fn wanted(headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    let Some(value) = headers.get(X_MIN_POSITION) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    let position = Whole::<0, { u64::MAX }>::from_text(text).map_err(|problem| invalid(&X_MIN_POSITION, problem))?;
    Ok(Some(position.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_position_is_a_whole_number_if_given() {
        let given = |value: &str| wanted(&HeaderMap::from_iter([(X_MIN_POSITION, value.parse().unwrap())]));
        assert_eq!(wanted(&HeaderMap::new()).unwrap(), None);
        assert_eq!(given("12").unwrap(), Some(12));
        assert_eq!(given("-1").unwrap_err().failure, Failure::InvalidParameter);
        assert_eq!(given("soon").unwrap_err().failure, Failure::InvalidParameter);
    }
}
