use axum::extract::State;
use domain::{FieldError, Invalid};
use projections::ProjectionStatus;
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
/// The log takes commands, and every view is near its end. A view that has stopped takes the server out of service only
/// once it is too far behind: until then the others, and what it holds, are worth more than no answer at all.
/// `/metrics` and the list of projections tell of it at once.
#[utoipa::path(
    get, path = "/health/ready", tag = "health",
    responses(
        (status = 200, description = "It can.", body = Success<ReadyBody>),
        (status = 503, description = "`unavailable`: `errors` names the views that are too far behind."),
    )
)]
pub(crate) async fn ready(State(api): State<ApiState>, _: Read<Whoever>) -> Result<Answer, ApiError> {
    let check = api.commands.ports().log.check().await;
    check.map_err(|error| ApiError::caused_by(Failure::Unavailable, error))?;
    // Without an index outside the database, the database answers.
    let serves = |status: &ProjectionStatus| status.serves && !status.outside;
    let views: Vec<_> = api.views.status().await?.into_iter().filter(serves).collect();
    let problems: Vec<_> = views.iter().filter_map(|view| problem(view, api.settings.ready_lag)).collect();
    if !problems.is_empty() {
        return Err(ApiError::with_errors(Failure::Unavailable, problems));
    }
    let lag = views.iter().map(|view| view.lag).max().unwrap_or(0);
    let head = views.iter().map(|view| view.position + view.lag).max().unwrap_or(0);
    Answer::ok(&ReadyBody { head, lag }, "The server can serve.")
}

/// Every process reads the same views: one that is stopped must not take them all out of service at its first event.
fn problem(view: &ProjectionStatus, bound: u64) -> Option<FieldError> {
    let is_behind = view.lag > bound;
    is_behind.then(|| Invalid::new("behind", "Is too far behind the log.").at(view.name.clone()))
}
