//! An admin, or the operator of the machine, grants a role.

use domain::text::Note;
use domain::user::{Role, UserCommand};
use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Grants a role; within a second it holds in every session of the user.
///
/// # Errors
/// `Forbidden` to all but admins, `NotFound` where there is no such open account.
pub async fn grant_role(
    commands: &Commands,
    context: &Context,
    user_id: Uuid,
    role: Role,
    reason: Note,
) -> Result<Done, CommandError> {
    if !context.actor.is_admin() {
        return Err(CommandError::Forbidden);
    }
    commands
        .run(context, || async {
            let stream = commands.ports().users.load(user_id).await?;
            let (by, now) = (context.actor.id(), commands.now());
            let command = UserCommand::GrantRole { role, by, reason: Some(reason.clone()), now };
            commands.decide(commands.ports().users.as_ref(), context, stream, command).await
        })
        .await
}
