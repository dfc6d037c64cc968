use axum::extract::State;
use projections::review::ReviewsOf;

use super::show::ReviewBody;
use crate::answer::{Answer, List, Paging, PagingParams};
use crate::caller::User;
use crate::failure::ApiError;
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// The own reviews
///
/// Those that the caller wrote, published or not, newest first.
#[utoipa::path(
    get, path = "/users/me/reviews", tag = "reviews", security(("bearer" = [])), params(PagingParams),
    responses((status = 200, description = "Part of the list.", body = Success<List<ReviewBody>>))
)]
pub(crate) async fn mine(State(api): State<ApiState>, read: Read<User, Paging>) -> Result<Answer, ApiError> {
    let (User(author_id), paging) = (read.who, read.query);
    let reviews = projections::review::list(&api.views, ReviewsOf::Author(author_id), paging.slice).await?;
    List::of(reviews.map(ReviewBody::from), &paging).answer("These are your reviews.")
}
