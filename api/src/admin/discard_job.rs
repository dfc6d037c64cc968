use axum::extract::State;
use axum::http::StatusCode;

use crate::answer::Answer;
use crate::caller::Admin;
use crate::failure::{ApiError, Failure};
use crate::input::At;
use crate::request::Operation;
use crate::state::ApiState;

/// Forget a job that was given up
///
/// What it was to do is not done.
#[utoipa::path(
    post, path = "/admin/jobs/{id}/discard", tag = "admin", security(("bearer" = [])),
    params(("id" = i64, Path, description = "The job's number.")),
    responses(
        (status = 204, description = "It is forgotten."),
        (status = 404, description = "`not_found`: no dead job has this number."),
    )
)]
pub(crate) async fn discard(
    State(api): State<ApiState>,
    At(id): At<i64>,
    _: Operation<Admin>,
) -> Result<Answer, ApiError> {
    let is_done = api.commands.ports().jobs.discard(id).await;
    match is_done.map_err(|error| ApiError::caused_by(Failure::Unavailable, error))? {
        true => Ok(Answer::empty(StatusCode::NO_CONTENT)),
        false => Err(Failure::NotFound.into()),
    }
}
