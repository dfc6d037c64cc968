//! A user closes the account.

use domain::user::UserCommand;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Closes the actor's account and frees its e-mail address. A job then ends its sessions, forgets its credentials and
/// which places it looked at, and archives its own; the sessions are also ended here, so that no later request of theirs
/// is served.
///
/// # Errors
/// `Unauthenticated` without a user, `NotFound` where the account is closed already.
pub async fn close(commands: &Commands, context: &Context) -> Result<Done, CommandError> {
    let user_id = context.actor.user_id().ok_or(CommandError::Unauthenticated)?;
    let done = commands
        .run(context, || async {
            let stream = commands.ports().users.load(user_id).await?;
            let command = UserCommand::Close { now: commands.now() };
            commands.decide(commands.ports().users.as_ref(), context, stream, command).await
        })
        .await?;
    // If this fails the account is closed all the same, and the job makes up for it.
    if let Err(error) = commands.ports().sessions.close_all(user_id, commands.now()).await {
        tracing::warn!(%user_id, %error, "sessions of a closed account stay open until its job has run");
    }
    Ok(done)
}
