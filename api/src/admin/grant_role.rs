use axum::extract::State;
use domain::text::Note;
use domain::user::Role;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::Answer;
use crate::caller::Admin;
use crate::failure::ApiError;
use crate::input::{At, Body, Fields, Noted};
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;
use crate::users::{AccountBody, account};

/// A right, and why.
#[derive(ToSchema)]
#[schema(as = RoleGrant)]
pub(crate) struct RoleGrantBody {
    /// `auditor` or `admin`.
    #[schema(value_type = String, pattern = "^(auditor|admin)$", example = "auditor")]
    role: Role,
    /// Kept in the log.
    #[schema(value_type = String, max_length = 2_000, example = "Audits the books of 2027.")]
    reason: Note,
}

impl Body for RoleGrantBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (role, reason) = (fields.required("role"), fields.required("reason"));
        Ok(Self { role: role?, reason: reason? })
    }
}

/// Grant a role
///
/// Within a second it holds in every session of the user.
#[utoipa::path(
    post, path = "/admin/users/{id}/roles", tag = "admin", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The user.")), request_body = RoleGrantBody,
    responses((status = 200, description = "The account as it now stands.", body = Success<AccountBody>))
)]
pub(crate) async fn grant_role(
    State(api): State<ApiState>,
    At(user_id): At<Uuid>,
    command: Command<Admin, RoleGrantBody>,
) -> Result<Answer, ApiError> {
    let RoleGrantBody { role, reason } = command.body;
    let done = commands::user::grant_role(&api.commands, &command.context, user_id, role, reason).await?;
    api.settle(done, command.settling).await.show("The role was granted.", |id| account(&api, id)).await
}
