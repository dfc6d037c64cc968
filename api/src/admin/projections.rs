use axum::extract::State;
use jiff::Timestamp;
use projections::ProjectionStatus;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, List};
use crate::caller::Auditor;
use crate::failure::{ApiError, Failure};
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// Where a projection stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Projection)]
pub(crate) struct ProjectionBody {
    #[schema(example = "places")]
    name: String,
    /// Of its tables.
    #[schema(example = 1)]
    version: u32,
    /// Whether this server reads its tables: not so for a reactor, or another program's version.
    serves: bool,
    /// The last position of the log that it contains.
    #[schema(example = 4711)]
    position: u64,
    /// How many positions come after that.
    #[schema(example = 0)]
    lag: u64,
    /// `running` or `failed`.
    #[schema(example = "running")]
    state: &'static str,
    /// How often the event at `failing_position` has failed.
    attempts: u32,
    /// The event that it cannot apply.
    failing_position: Option<u64>,
    /// Why it cannot; of one that runs and has no such event, why the log could not be read for it.
    last_error: Option<String>,
    /// How many events an operator has set aside.
    parked: u64,
    updated_at: Timestamp,
}

impl From<ProjectionStatus> for ProjectionBody {
    fn from(status: ProjectionStatus) -> Self {
        Self {
            name: status.name,
            version: status.version,
            serves: status.serves,
            position: status.position,
            lag: status.lag,
            state: status.state.name(),
            attempts: status.attempts,
            failing_position: status.failing_position,
            last_error: status.last_error,
            parked: status.parked,
            updated_at: status.updated_at,
        }
    }
}

/// One projection, this program's version of it first.
pub(super) async fn projection(api: &ApiState, name: &str) -> Result<ProjectionBody, ApiError> {
    let all = api.views.status().await?;
    let mut named: Vec<_> = all.into_iter().filter(|status| status.name == name).collect();
    named.sort_by_key(|status| !status.serves);
    Ok(named.into_iter().next().ok_or(Failure::NotFound)?.into())
}

/// Where the projections stand
#[utoipa::path(
    get, path = "/admin/projections", tag = "admin", security(("bearer" = [])),
    responses((status = 200, description = "All of them, by name.", body = Success<List<ProjectionBody>>))
)]
pub(crate) async fn projections(State(api): State<ApiState>, _: Read<Auditor>) -> Result<Answer, ApiError> {
    let all = api.views.status().await?;
    List::whole(all.into_iter().map(ProjectionBody::from).collect()).answer("These are the projections.")
}
