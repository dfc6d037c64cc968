//! A user looks after the own sessions.

use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::Commands;
use crate::ports::sessions::OpenSession;

/// The actor's open sessions, the one used last first.
///
/// # Errors
/// `Unauthenticated` without a user.
pub async fn sessions(commands: &Commands, user_id: Uuid) -> Result<Vec<OpenSession>, CommandError> {
    Ok(commands.ports().sessions.list(user_id, commands.now()).await?)
}

/// Ends one of the actor's sessions.
///
/// # Errors
/// `Unauthenticated` without a user; `NotFound` where it is another's, or over.
pub async fn end_session(commands: &Commands, context: &Context, session_id: Uuid) -> Result<(), CommandError> {
    let user_id = context.actor.user_id().ok_or(CommandError::Unauthenticated)?;
    let was_open = commands.ports().sessions.close_own(user_id, session_id, commands.now()).await?;
    if was_open { Ok(()) } else { Err(CommandError::NotFound) }
}
