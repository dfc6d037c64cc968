use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Invalid;
use projections::{Views, Waited};

use crate::failure::{ApiError, Failure};
use crate::input::{Value, Whole};
use crate::request::invalid;

/// The position that a read must have reached: that of a write, seen in its `X-Event-Position`.
const X_MIN_POSITION: HeaderName = HeaderName::from_static("x-min-position");
/// How long a read waits for it.
const WAIT: Duration = Duration::from_secs(2);

/// Holds a read back until the views contain the position it names.
pub(crate) async fn min_position(State(views): State<Views>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD)
        && let Err(error) = reach(&views, request.headers()).await
    {
        return error.into_response();
    }
    next.run(request).await
}

async fn reach(views: &Views, headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(position) = wanted(headers)? else { return Ok(()) };
    if position > views.head().await? {
        return Err(invalid(&X_MIN_POSITION, Invalid::new("ahead", "Lies beyond the end of the log.")));
    }
    match views.wait_for(position, Instant::now() + WAIT).await {
        Waited::Reached => Ok(()),
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
