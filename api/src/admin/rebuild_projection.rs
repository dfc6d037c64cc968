use axum::extract::State;

use super::projections::{ProjectionBody, projection};
use crate::answer::Answer;
use crate::caller::Admin;
use crate::failure::{ApiError, Failure};
use crate::input::At;
use crate::openapi::Success;
use crate::request::Operation;
use crate::state::ApiState;

/// Rebuild a view from the whole log
///
/// The answer comes when it is done. Over the network that may take longer than a request's deadline: the rebuild then
/// goes on all the same.
#[utoipa::path(
    post, path = "/admin/projections/{name}/rebuild", tag = "admin", security(("bearer" = [])),
    params(("name" = String, Path, description = "The projection.")),
    responses(
        (status = 200, description = "It is rebuilt.", body = Success<ProjectionBody>),
        (status = 409, description = "`invalid_transition`: it is a reactor, or an event cannot be applied."),
    )
)]
pub(crate) async fn rebuild(
    State(api): State<ApiState>,
    At(name): At<String>,
    _: Operation<Admin>,
) -> Result<Answer, ApiError> {
    let (views, wanted) = (api.views.clone(), name.clone());
    let rebuild = tokio::spawn(async move { views.rebuild(&wanted).await });
    rebuild.await.map_err(|error| ApiError::caused_by(Failure::Internal, error))??;
    Answer::ok(&projection(&api, &name).await?, "The view was rebuilt.")
}
