use axum::extract::State;
use uuid::Uuid;

use super::reason::ReasonBody;
use crate::answer::Answer;
use crate::caller::Admin;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::request::Command;
use crate::reviews::{ReviewBody, review};
use crate::state::ApiState;

/// Hide a review
///
/// A published one, for good: it leaves lists and averages. Before it is published nobody but its author reads it,
/// admins included (that there is one, and when it was written, is in the log, which they and auditors read). One that
/// is hidden already stays so.
#[utoipa::path(
    post, path = "/admin/reviews/{id}/hide", tag = "admin", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The review.")), request_body = ReasonBody,
    responses((status = 200, description = "The review as it now stands.", body = Success<ReviewBody>))
)]
pub(crate) async fn hide_review(
    State(api): State<ApiState>,
    At(review_id): At<Uuid>,
    command: Command<Admin, ReasonBody>,
) -> Result<Answer, ApiError> {
    let done = commands::review::hide(&api.commands, &command.context, review_id, command.body.reason).await?;
    let receipt = api.settle(done, command.settling).await;
    receipt.show("The review is hidden.", |id| review(&api, &command.context.actor, id)).await
}
