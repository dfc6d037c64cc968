use axum::extract::State;
use commands::place::settle_views;

use super::proposed::{ProposedBody, answer};
use crate::answer::{Answer, List};
use crate::caller::User;
use crate::failure::ApiError;
use crate::openapi::Success;
use crate::request::{LanguageHeader, Preferred, Read};
use crate::state::ApiState;

/// Places that may suit the caller
///
/// Listed ones that the caller has not looked at, not booked and does not let, within the wishes among their
/// `preferences` (`max_price`, `preferred_location` with `preferred_radius`, `amenities`). Twenty at the most, the most
/// suitable first, by these wishes, by what the caller looked at and booked before, by what guests say, and by how new
/// they are. No more than three of one host as long as there are others. A look at a place's details counts a moment
/// later, `POST /places/{id}/views` at once, either for 180 days.
#[utoipa::path(
    get, path = "/recommendations", tag = "discovery", security(("bearer" = [])), params(LanguageHeader),
    responses((status = 200, description = "All of them.", body = Success<List<ProposedBody>>))
)]
pub(crate) async fn recommendations(
    State(api): State<ApiState>,
    Preferred(language): Preferred,
    read: Read<User>,
) -> Result<Answer, ApiError> {
    let User(user_id) = read.who;
    settle_views(&api.commands).await;
    let proposed = projections::discovery::recommended(&api.views, user_id, api.commands.now()).await?;
    answer(&api, proposed, language, "You may like these places.").await
}
