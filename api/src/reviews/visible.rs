//! Who sees a review.

use commands::Actor;
use domain::review::{ReviewStage, Subject};
use projections::booking::has_asked;
use projections::review::ReviewRow;
use uuid::Uuid;

use crate::failure::{ApiError, Failure};
use crate::places;
use crate::state::ApiState;

/// A review that the actor may see.
///
/// Until it is published that is its author and nobody else, admins included; the log, which admins and auditors read,
/// tells that there is one and when it was written, but not what it says. A hidden one is seen by its author and by
/// admins.
///
/// # Errors
/// `not_found` to everybody else.
pub(super) async fn visible(api: &ApiState, actor: &Actor, review_id: Uuid) -> Result<ReviewRow, ApiError> {
    let row = projections::review::find(&api.views, review_id).await?.ok_or(Failure::NotFound)?;
    let is_author = actor.user_id() == Some(row.author_id);
    let seen = match (row.stage, row.subject) {
        _ if is_author => true,
        (ReviewStage::Submitted, _) => false,
        (ReviewStage::Hidden, _) => actor.is_admin(),
        (ReviewStage::Published, Subject::Place) => {
            places::visible(api, actor, row.place_id).await?;
            true
        }
        (ReviewStage::Published, Subject::Guest) => reads_about(api, actor, row.guest_id).await?,
    };
    if seen { Ok(row) } else { Err(Failure::NotFound.into()) }
}

/// Whether the actor may read what hosts said of a guest: the guest itself, hosts it has asked for nights, admins.
pub(super) async fn reads_about(api: &ApiState, actor: &Actor, guest_id: Uuid) -> Result<bool, ApiError> {
    match actor.user_id() {
        _ if actor.is_admin() => Ok(true),
        Some(user_id) if user_id == guest_id => Ok(true),
        Some(user_id) => Ok(has_asked(&api.views, guest_id, user_id).await?),
        None => Ok(false),
    }
}
