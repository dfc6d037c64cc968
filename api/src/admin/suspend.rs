use axum::extract::State;
use uuid::Uuid;

use super::reason::ReasonBody;
use crate::answer::Answer;
use crate::caller::Admin;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;
use crate::users::{AccountBody, account};

/// Suspend an account
///
/// Its sessions end within a second and nobody signs in; its places are hidden and cannot be booked. Bookings that stand
/// stay. An admin does not suspend the own account (403).
#[utoipa::path(
    post, path = "/admin/users/{id}/suspend", tag = "admin", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The user.")), request_body = ReasonBody,
    responses((status = 200, description = "The account as it now stands.", body = Success<AccountBody>))
)]
pub(crate) async fn suspend(
    State(api): State<ApiState>,
    At(user_id): At<Uuid>,
    command: Command<Admin, ReasonBody>,
) -> Result<Answer, ApiError> {
    let done = commands::user::suspend(&api.commands, &command.context, user_id, command.body.reason).await?;
    api.settle(done, command.settling).await.show("The account is suspended.", |id| account(&api, id)).await
}

/// Open a suspended account again
///
/// Its places show again; its owner signs in anew.
#[utoipa::path(
    post, path = "/admin/users/{id}/restore", tag = "admin", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The user.")), request_body = ReasonBody,
    responses((status = 200, description = "The account as it now stands.", body = Success<AccountBody>))
)]
pub(crate) async fn restore(
    State(api): State<ApiState>,
    At(user_id): At<Uuid>,
    command: Command<Admin, ReasonBody>,
) -> Result<Answer, ApiError> {
    let done = commands::user::restore(&api.commands, &command.context, user_id, command.body.reason).await?;
    api.settle(done, command.settling).await.show("The account is open again.", |id| account(&api, id)).await
}
