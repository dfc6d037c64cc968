use std::collections::BTreeMap;

use axum::extract::State;
use commands::Actor;
use jiff::Timestamp;
use projections::review::{Reply, ReviewRow};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::visible::visible;
use crate::answer::{Answer, Resource};
use crate::caller::Anyone;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// What somebody said of a stay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Review)]
pub(crate) struct ReviewBody {
    id: Uuid,
    booking_id: Uuid,
    place_id: Uuid,
    author_id: Uuid,
    /// `place` (by the guest) or `guest` (by the host).
    #[schema(example = "place")]
    subject: &'static str,
    /// Over all, 1 to 5; null where the author is forgotten and it never was published.
    #[schema(example = 5)]
    rating: Option<u8>,
    /// Ratings of those that the author said something of.
    #[schema(example = json!({"cleanliness": 5}))]
    categories: BTreeMap<&'static str, u8>,
    #[schema(example = "Bright and quiet, and the bread next door is the best of the town.")]
    text: Option<String>,
    /// The host's answer.
    reply: Option<ReplyBody>,
    /// `submitted` (nobody else knows of it), `published`, or `hidden` by an admin.
    #[schema(example = "published")]
    status: &'static str,
    /// Null until others can read it.
    published_at: Option<Timestamp>,
    version: u64,
}

/// A host's answer to a review.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reply)]
pub(crate) struct ReplyBody {
    #[schema(example = "You are welcome at any time!")]
    text: Option<String>,
    at: Timestamp,
}

impl From<ReviewRow> for ReviewBody {
    fn from(row: ReviewRow) -> Self {
        Self {
            id: row.review_id,
            booking_id: row.booking_id,
            place_id: row.place_id,
            author_id: row.author_id,
            subject: row.subject.name(),
            rating: row.rating.map(|rating| rating.get()),
            categories: row.categories.iter().map(|(category, stars)| (category.name(), stars.get())).collect(),
            text: row.text,
            reply: row.reply.map(|Reply { text, at }| ReplyBody { text, at }),
            status: row.stage.name(),
            published_at: row.published_at,
            version: row.version,
        }
    }
}

/// A review that the actor may see.
pub(crate) async fn review(api: &ApiState, actor: &Actor, review_id: Uuid) -> Result<Resource<ReviewBody>, ApiError> {
    let row = visible(api, actor, review_id).await?;
    Ok(Resource { version: row.version, data: row.into() })
}

/// A review
///
/// Its author sees it at once. Others see it when both guest and host have written, or 14 days after the stay was
/// completed: that of a place whoever sees the place, that of a guest the guest itself and the hosts it has asked.
#[utoipa::path(
    get, path = "/reviews/{id}", tag = "reviews", security((), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The review.")),
    responses(
        (status = 200, description = "The review.", body = Success<ReviewBody>),
        (status = 304, description = "The client has it already, by its `If-None-Match`."),
    )
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    At(review_id): At<Uuid>,
    read: Read<Anyone>,
) -> Result<Answer, ApiError> {
    review(&api, &read.actor, review_id).await?.answer(read.if_none_match.as_ref(), "This is the review.")
}
