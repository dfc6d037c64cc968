//! A client ends sessions.

use uuid::Uuid;

use crate::error::CommandError;
use crate::executor::Commands;

/// Ends the session of a refresh token; an unknown token ends nothing, and is no error.
///
/// # Errors
/// `Unavailable` where the store cannot be reached.
pub async fn sign_out(commands: &Commands, refresh_token: &str) -> Result<(), CommandError> {
    Ok(commands.ports().sessions.close_by_token(refresh_token, commands.now()).await?)
}

/// Ends one session, as its access token names it.
///
/// # Errors
/// `Unavailable` where the store cannot be reached.
pub async fn sign_out_session(commands: &Commands, session_id: Uuid) -> Result<(), CommandError> {
    Ok(commands.ports().sessions.close(session_id, commands.now()).await?)
}

/// Ends every session of a user. A refresh token that is given must be one of theirs: whoever mixes up two people's
/// tokens is told, instead of signing out the wrong one everywhere.
///
/// # Errors
/// `Unauthenticated` where the token is not the user's, `Unavailable` where the store cannot be reached.
pub async fn sign_out_everywhere(
    commands: &Commands,
    user_id: Uuid,
    refresh_token: Option<&str>,
) -> Result<(), CommandError> {
    if let Some(token) = refresh_token
        && commands.ports().sessions.owner_of_token(token).await? != Some(user_id)
    {
        return Err(CommandError::Unauthenticated);
    }
    Ok(commands.ports().sessions.close_all(user_id, commands.now()).await?)
}
