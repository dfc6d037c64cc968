//! An admin, or the operator of the machine, shuts an account and opens it again.

use domain::text::Note;
use domain::user::UserCommand;
use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Suspends an account: its sessions end, nobody signs in, its places are hidden and cannot be booked. Bookings stay.
///
/// # Errors
/// `Forbidden` to all but admins and to an admin of the own account, `NotFound` where there is no such open account.
pub async fn suspend(
    commands: &Commands,
    context: &Context,
    user_id: Uuid,
    reason: Note,
) -> Result<Done, CommandError> {
    let by = context.actor.id();
    let done =
        decide(commands, context, user_id, || UserCommand::Suspend { by, reason: reason.clone(), now: commands.now() })
            .await?;
    // A repeat may come when the account is open again. If this fails it is suspended all the same, and the job makes up
    // for it.
    if done.replayed.is_none()
        && let Err(error) = commands.ports().sessions.close_all(user_id, commands.now()).await
    {
        tracing::warn!(%user_id, %error, "sessions of a suspended account stay open until its job has run");
    }
    Ok(done)
}

/// Opens a suspended account again; its owner signs in anew.
///
/// # Errors
/// `Forbidden` to all but admins, `NotFound` where there is no such open account.
pub async fn restore(
    commands: &Commands,
    context: &Context,
    user_id: Uuid,
    reason: Note,
) -> Result<Done, CommandError> {
    let by = context.actor.id();
    decide(commands, context, user_id, || UserCommand::Restore { by, reason: reason.clone(), now: commands.now() })
        .await
}

async fn decide(
    commands: &Commands,
    context: &Context,
    user_id: Uuid,
    command: impl Fn() -> UserCommand,
) -> Result<Done, CommandError> {
    if !context.actor.is_admin() {
        return Err(CommandError::Forbidden);
    }
    commands
        .run(context, || async {
            let stream = commands.ports().users.load(user_id).await?;
            commands.decide(commands.ports().users.as_ref(), context, stream, command()).await
        })
        .await
}
