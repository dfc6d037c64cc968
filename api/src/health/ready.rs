use axum::extract::State;
use domain::{FieldError, Invalid};
use projections::{ProjectionState, ProjectionStatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Whoever;
use crate::failure::{ApiError, Failure};
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// That the server can serve.
#[derive(Serialize, ToSchema)]
#[schema(as = Ready)]
pub(crate) struct ReadyBody {
    /// The last position of the log.
    #[schema(example = 4711)]
    head: u64,
    /// How far the slowest view is behind it.
    #[schema(example = 0)]
    lag: u64,
}

/// Whether the server can serve
///
/// The log takes commands, and every view is near its end.
#[utoipa::path(
    get, path = "/health/ready", tag = "health",
    responses(
        (status = 200, description = "It can.", body = Success<ReadyBody>),
        (status = 503, description = "`unavailable`: `errors` names the views that are behind or have stopped."),
    )
)]
pub(crate) async fn ready(State(api): State<ApiState>, _: Read<Whoever>) -> Result<Answer, ApiError> {
    let check = api.commands.ports().log.check().await;
    check.map_err(|error| ApiError::caused_by(Failure::Unavailable, error))?;
    let views: Vec<_> = api.views.status().await?.into_iter().filter(|status| status.serves).collect();
    let problems: Vec<_> = views.iter().filter_map(|view| problem(view, api.settings.ready_lag)).collect();
    if !problems.is_empty() {
        return Err(ApiError::with_errors(Failure::Unavailable, problems));
    }
    let lag = views.iter().map(|view| view.lag).max().unwrap_or(0);
    let head = views.iter().map(|view| view.position + view.lag).max().unwrap_or(0);
    Answer::ok(&ReadyBody { head, lag }, "The server can serve.")
}

fn problem(view: &ProjectionStatus, bound: u64) -> Option<FieldError> {
    let invalid = match view.state {
        ProjectionState::Failed => Invalid::new("failed", "Has stopped at an event that it cannot apply."),
        ProjectionState::Running if view.lag > bound => Invalid::new("behind", "Is too far behind the log."),
        ProjectionState::Running => return None,
    };
    Some(invalid.at(view.name.clone()))
}
