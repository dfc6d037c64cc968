use axum::extract::State;
use domain::user::Role;
use uuid::Uuid;

use super::reason::ReasonBody;
use crate::answer::Answer;
use crate::caller::Admin;
use crate::failure::{ApiError, Failure};
use crate::input::At;
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;
use crate::users::{AccountBody, account};

/// Take a role back
///
/// Within a second no session of the user has it any more. Taking back what nobody has changes nothing.
#[utoipa::path(
    delete, path = "/admin/users/{id}/roles/{role}", tag = "admin", security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The user."),
        ("role" = String, Path, description = "`auditor` or `admin`."),
    ),
    request_body = ReasonBody,
    responses((status = 200, description = "The account as it now stands.", body = Success<AccountBody>))
)]
pub(crate) async fn revoke_role(
    State(api): State<ApiState>,
    At((user_id, role)): At<(Uuid, String)>,
    command: Command<Admin, ReasonBody>,
) -> Result<Answer, ApiError> {
    let role: Role = role.parse().map_err(|_| Failure::NotFound)?;
    let done = commands::user::revoke_role(&api.commands, &command.context, user_id, role, command.body.reason).await?;
    api.settle(done, command.settling).await.show("The role was taken back.", |id| account(&api, id)).await
}
