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

/// Ends every session of a user.
///
/// # Errors
/// `Unavailable` where the store cannot be reached.
pub async fn sign_out_everywhere(commands: &Commands, user_id: Uuid) -> Result<(), CommandError> {
    Ok(commands.ports().sessions.close_all(user_id, commands.now()).await?)
}
