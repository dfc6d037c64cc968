use axum::extract::State;
use commands::ports::jobs::{JobRecord, JobState};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::answer::Answer;
use crate::caller::Auditor;
use crate::failure::{ApiError, Failure};
use crate::input::{Noted, Params, Query, Whole};
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// Jobs in one answer where nothing is said.
const DEFAULT_LIMIT: u16 = 100;
/// Jobs in one answer at the most.
const MAX_LIMIT: u64 = 1_000;

/// Which jobs are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Jobs {
    /// `ready`, `leased`, `done` (for a week) or `dead` (given up).
    #[param(value_type = Option<String>, pattern = "^(ready|leased|done|dead)$", default = "dead")]
    state: JobState,
    /// The last number seen; 0 begins at the start.
    #[param(value_type = Option<i64>, minimum = 0, default = 0)]
    after: i64,
    /// Jobs at the most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1_000, default = 100)]
    limit: u16,
}

impl Query for Jobs {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        let state = params.optional("state");
        let after = params.optional::<Whole<0, { i64::MAX as u64 }>>("after");
        let limit = params.optional::<Whole<1, MAX_LIMIT>>("limit");
        Ok(Self {
            state: state?.unwrap_or(JobState::Dead),
            after: after?.map_or(0, |after| i64::try_from(after.get()).unwrap_or(i64::MAX)),
            limit: limit?.map_or(DEFAULT_LIMIT, |limit| u16::try_from(limit.get()).unwrap_or(DEFAULT_LIMIT)),
        })
    }
}

/// Something to do at a time, and how that went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub(crate) struct JobBody {
    /// The queue's own number.
    #[schema(example = 4711)]
    id: i64,
    /// What it does.
    #[schema(example = "expire_request")]
    kind: String,
    /// What asked for it: a reactor, and the position of the event.
    #[schema(example = "booking-timers:4711")]
    key: String,
    /// What it is about.
    #[schema(value_type = Object)]
    payload: Value,
    /// `ready`, `leased`, `done` or `dead`.
    #[schema(example = "dead")]
    state: &'static str,
    /// When it is, or last was, due.
    run_at: Timestamp,
    /// When its worker loses it; only while leased.
    leased_until: Option<Timestamp>,
    /// Attempts so far, the running one included.
    attempts: u32,
    /// Attempts it may have.
    max_attempts: u32,
    /// Why the latest failed attempt failed.
    last_error: Option<String>,
    created_at: Timestamp,
    /// When it was done or given up.
    finished_at: Option<Timestamp>,
}

impl From<JobRecord> for JobBody {
    fn from(job: JobRecord) -> Self {
        Self {
            id: job.id,
            kind: job.kind,
            key: job.key,
            payload: job.payload,
            state: job.state.name(),
            run_at: job.run_at,
            leased_until: job.leased_until,
            attempts: job.attempts,
            max_attempts: job.max_attempts,
            last_error: job.last_error,
            created_at: job.created_at,
            finished_at: job.finished_at,
        }
    }
}

/// Part of the queue.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Jobs)]
pub(crate) struct JobsBody {
    /// In order of their numbers.
    items: Vec<JobBody>,
    /// The `after` of the next part.
    next_after: i64,
}

/// Look into the queue of jobs
///
/// Those that have been given up, unless something else is asked for.
#[utoipa::path(
    get, path = "/admin/jobs", tag = "admin", security(("bearer" = [])), params(Jobs),
    responses((status = 200, description = "Jobs in order; none at the end.", body = Success<JobsBody>))
)]
pub(crate) async fn jobs(State(api): State<ApiState>, read: Read<Auditor, Jobs>) -> Result<Answer, ApiError> {
    let Jobs { state, after, limit } = read.query;
    let jobs = api.commands.ports().jobs.list(state, after, limit).await;
    let jobs = jobs.map_err(|error| ApiError::caused_by(Failure::Unavailable, error))?;
    let next_after = jobs.last().map_or(after, |job| job.id);
    Answer::ok(&JobsBody { items: jobs.into_iter().map(JobBody::from).collect(), next_after }, "These are jobs.")
}
