use axum::extract::State;

use super::projections::{ProjectionBody, projection};
use crate::answer::Answer;
use crate::caller::Admin;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::request::Operation;
use crate::state::ApiState;

/// Let a stopped projection try again
#[utoipa::path(
    post, path = "/admin/projections/{name}/resume", tag = "admin", security(("bearer" = [])),
    params(("name" = String, Path, description = "The projection.")),
    responses(
        (status = 200, description = "It tries again.", body = Success<ProjectionBody>),
        (status = 409, description = "`invalid_transition`: it has not stopped."),
    )
)]
pub(crate) async fn resume(
    State(api): State<ApiState>,
    At(name): At<String>,
    _: Operation<Admin>,
) -> Result<Answer, ApiError> {
    api.views.resume(&name).await?;
    Answer::ok(&projection(&api, &name).await?, "The projection goes on.")
}
