use axum::extract::State;
use projections::review::{Rated, ReviewsOf};
use uuid::Uuid;

use super::rating::ReviewList;
use super::visible::reads_about;
use crate::answer::{Answer, Paging, PagingParams};
use crate::caller::SignedIn;
use crate::failure::{ApiError, Failure};
use crate::input::At;
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// What hosts said of a guest
///
/// Published reviews, newest first, and their averages: for the guest itself, and for hosts whose places it has asked
/// for.
#[utoipa::path(
    get, path = "/users/{id}/reviews", tag = "reviews", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The guest."), PagingParams),
    responses((status = 200, description = "Part of the list, and the averages of all.", body = Success<ReviewList>))
)]
pub(crate) async fn of_guest(
    State(api): State<ApiState>,
    At(guest_id): At<Uuid>,
    read: Read<SignedIn, Paging>,
) -> Result<Answer, ApiError> {
    let paging = read.query;
    let guest = projections::user::find_public(&api.views, guest_id).await?;
    let guest = guest.filter(|guest| !guest.closed || read.actor.is_admin()).ok_or(Failure::NotFound)?;
    if !reads_about(&api, &read.actor, guest_id).await? {
        // Whoever has nothing to do with somebody who is suspended does not know of them: as the profile has it.
        return Err(if guest.suspended { Failure::NotFound } else { Failure::Forbidden }.into());
    }
    let rating = projections::review::rating(&api.views, Rated::Guest, guest_id).await?;
    let reviews = projections::review::list(&api.views, ReviewsOf::Guest(guest_id), paging.slice).await?;
    Answer::ok(&ReviewList::of(reviews, &rating, &paging), "These are the reviews of the guest.")
}
