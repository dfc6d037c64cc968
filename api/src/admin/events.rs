use axum::extract::State;
use commands::ports::history::HistoricEvent;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::answer::Answer;
use crate::caller::Auditor;
use crate::failure::{ApiError, Failure};
use crate::input::{Noted, Params, Query, Whole};
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// Events in one answer where nothing is said.
const DEFAULT_LIMIT: u32 = 100;
/// Events in one answer at the most.
const MAX_LIMIT: u64 = 1_000;

/// Which part of the log is wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// The last position seen; 0 begins at the start.
    #[param(minimum = 0, default = 0)]
    after: u64,
    /// Events at the most.
    #[param(minimum = 1, maximum = 1_000, default = 100)]
    limit: u32,
}

impl Query for Part {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        // The log counts in 63 bits.
        let after = params.optional::<Whole<0, { i64::MAX as u64 }>>("after");
        let limit = params.optional::<Whole<1, MAX_LIMIT>>("limit");
        Ok(Self { after: after?.map_or(0, Whole::get), limit: limit?.map_or(DEFAULT_LIMIT, Whole::count) })
    }
}

/// An event as the log has it, byte for byte: personal data is sealed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventBody {
    /// 1, 2, 3, ... over the whole log.
    position: u64,
    recorded_at: Timestamp,
    /// `user`, `place`, `booking`, `review` or `amenity`.
    #[schema(example = "booking")]
    aggregate_type: String,
    aggregate_id: Uuid,
    /// The aggregate's version after it.
    sequence: u64,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "booking.requested")]
    kind: String,
    /// Of the payload's shape.
    #[schema(example = "1")]
    event_version: String,
    #[schema(value_type = Object)]
    payload: Box<RawValue>,
    /// `command_id`, `request_id` and `actor_id`.
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
}

impl EventBody {
    /// Where it stands in the log.
    pub(super) fn position(&self) -> u64 {
        self.position
    }
}

impl TryFrom<HistoricEvent> for EventBody {
    type Error = serde_json::Error;

    fn try_from(event: HistoricEvent) -> Result<Self, Self::Error> {
        Ok(Self {
            position: event.position,
            recorded_at: event.recorded_at,
            aggregate_type: event.aggregate_type,
            aggregate_id: event.aggregate_id,
            sequence: event.sequence,
            kind: event.event_type,
            event_version: event.event_version,
            payload: RawValue::from_string(event.payload)?,
            metadata: RawValue::from_string(event.metadata)?,
        })
    }
}

/// Part of the log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Events)]
pub(crate) struct EventsBody {
    /// In order, without a gap.
    items: Vec<EventBody>,
    /// The `after` of the next part.
    next_after: u64,
}

/// Events of the log after a position.
pub(super) async fn after(api: &ApiState, position: u64, limit: u32) -> Result<Vec<EventBody>, ApiError> {
    let events = api.commands.ports().history.after(position, limit).await;
    let events = events.map_err(|error| ApiError::caused_by(Failure::Unavailable, error))?;
    let read = events.into_iter().map(EventBody::try_from).collect::<Result<_, _>>();
    read.map_err(|error| ApiError::caused_by(Failure::Internal, error))
}

/// Read the log
#[utoipa::path(
    get, path = "/admin/events", tag = "admin", security(("bearer" = [])), params(Part),
    responses(
        (status = 200, description = "Events in order, fewer than asked for where they weigh much; none at the end.",
         body = Success<EventsBody>),
    )
)]
pub(crate) async fn events(State(api): State<ApiState>, read: Read<Auditor, Part>) -> Result<Answer, ApiError> {
    let items = after(&api, read.query.after, read.query.limit).await?;
    let next_after = items.last().map_or(read.query.after, |event| event.position);
    Answer::ok(&EventsBody { items, next_after }, "This is part of the log.")
}
