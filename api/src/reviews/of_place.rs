use axum::extract::State;
use projections::review::{Rated, ReviewsOf};
use uuid::Uuid;

use super::rating::ReviewList;
use crate::answer::{Answer, Paging, PagingParams};
use crate::caller::Anyone;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::places::visible;
use crate::request::Read;
use crate::state::ApiState;

/// What guests said of a place
///
/// Published reviews, newest first, and their averages.
#[utoipa::path(
    get, path = "/places/{id}/reviews", tag = "reviews", security((), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place."), PagingParams),
    responses((status = 200, description = "Part of the list, and the averages of all.", body = Success<ReviewList>))
)]
pub(crate) async fn of_place(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    read: Read<Anyone, Paging>,
) -> Result<Answer, ApiError> {
    let paging = read.query;
    visible(&api, &read.actor, place_id).await?;
    let rating = projections::review::rating(&api.views, Rated::Place, place_id).await?;
    let reviews = projections::review::list(&api.views, ReviewsOf::Place(place_id), paging.slice).await?;
    Answer::ok(&ReviewList::of(reviews, &rating, &paging), "These are the reviews of the place.")
}
