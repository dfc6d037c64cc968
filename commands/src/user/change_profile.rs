//! A user changes the own profile.

use domain::user::{ProfileChanges, UserCommand};

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Changes the actor's profile; what stays the same is no change.
///
/// # Errors
/// `Unauthenticated` without a user, `NotFound` where the account is closed.
pub async fn change_profile(
    commands: &Commands,
    context: &Context,
    changes: ProfileChanges,
) -> Result<Done, CommandError> {
    let user_id = context.actor.user_id().ok_or(CommandError::Unauthenticated)?;
    commands
        .run(context, || async {
            let stream = commands.ports().users.load(user_id).await?;
            let command = UserCommand::ChangeProfile { changes: changes.clone(), now: commands.now() };
            commands.decide(commands.ports().users.as_ref(), context, stream, command).await
        })
        .await
}
