use axum::extract::State;

use super::events::{EventBody, after};
use crate::answer::Answer;
use crate::caller::Auditor;
use crate::failure::{ApiError, Failure};
use crate::input::At;
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// One event of the log
#[utoipa::path(
    get, path = "/admin/events/{position}", tag = "admin", security(("bearer" = [])),
    params(("position" = u64, Path, description = "1, 2, 3, ...")),
    responses((status = 200, description = "The event.", body = Success<EventBody>))
)]
pub(crate) async fn event(
    State(api): State<ApiState>,
    At(position): At<u64>,
    _: Read<Auditor>,
) -> Result<Answer, ApiError> {
    // Beyond 63 bits there is no position, and before the first one there is nothing.
    let before = position.checked_sub(1).filter(|before| i64::try_from(*before).is_ok()).ok_or(Failure::NotFound)?;
    let found = after(&api, before, 1).await?.into_iter().next();
    let event = found.filter(|event| event.position() == position).ok_or(Failure::NotFound)?;
    Answer::ok(&event, "This is the event.")
}
