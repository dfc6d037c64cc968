use axum::extract::State;
use jiff::Timestamp;
use projections::review::DueRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, List, Paging, PagingParams};
use crate::caller::User;
use crate::failure::ApiError;
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// A stay that the caller may review.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DueReview)]
pub(crate) struct DueBody {
    booking_id: Uuid,
    place_id: Uuid,
    guest_id: Uuid,
    host_id: Uuid,
    /// What the review will be about: `place` for its guest, `guest` for its host.
    #[schema(example = "place")]
    subject: &'static str,
    completed_at: Timestamp,
    /// From then on it is too late.
    deadline: Timestamp,
}

impl From<DueRow> for DueBody {
    fn from(row: DueRow) -> Self {
        Self {
            booking_id: row.booking_id,
            place_id: row.place_id,
            guest_id: row.guest_id,
            host_id: row.host_id,
            subject: row.subject.name(),
            completed_at: row.completed_at,
            deadline: row.deadline,
        }
    }
}

/// Stays to review
///
/// Completed within the last 14 days and not reviewed by the caller yet, the most urgent first.
#[utoipa::path(
    get, path = "/users/me/reviews/due", tag = "reviews", security(("bearer" = [])), params(PagingParams),
    responses((status = 200, description = "Part of the list.", body = Success<List<DueBody>>))
)]
pub(crate) async fn due(State(api): State<ApiState>, read: Read<User, Paging>) -> Result<Answer, ApiError> {
    let (User(user_id), paging) = (read.who, read.query);
    let stays = projections::review::due(&api.views, user_id, api.commands.now(), paging.slice).await?;
    List::of(stays.map(DueBody::from), &paging).answer("These stays wait for your review.")
}
