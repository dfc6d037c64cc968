use axum::extract::State;
use domain::text::Note;
use utoipa::ToSchema;
use uuid::Uuid;

use super::show::{ReviewBody, review};
use crate::answer::Answer;
use crate::caller::User;
use crate::failure::ApiError;
use crate::input::{At, Body, Fields, Noted};
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;

/// What the host answers.
#[derive(ToSchema)]
#[schema(as = NewReply)]
pub(crate) struct NewReplyBody {
    #[schema(value_type = String, max_length = 2_000, example = "You are welcome at any time!")]
    text: Note,
}

impl Body for NewReplyBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        Ok(Self { text: fields.required("text")? })
    }
}

/// Reply to a review
///
/// By the host of the place, once.
#[utoipa::path(
    post, path = "/reviews/{id}/reply", tag = "reviews", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The review.")), request_body = NewReplyBody,
    responses(
        (status = 200, description = "The review with the reply.", body = Success<ReviewBody>),
        (status = 409, description = "`invalid_transition`: there is a reply already; `concurrent_change`"),
    )
)]
pub(crate) async fn reply(
    State(api): State<ApiState>,
    At(review_id): At<Uuid>,
    command: Command<User, NewReplyBody>,
) -> Result<Answer, ApiError> {
    let done = commands::review::reply(&api.commands, &command.context, review_id, command.body.text).await?;
    let receipt = api.settle(done, command.settling).await;
    receipt.show("Your reply was published.", |id| review(&api, &command.context.actor, id)).await
}
