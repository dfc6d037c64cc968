//! A client exchanges its refresh token for a new pair.

use super::sign_in::{TokenPair, active_account, pair};
use crate::error::CommandError;
use crate::executor::Commands;
use crate::ports::sessions::Rotation;

/// Spends a refresh token. One that was spent before revokes its whole family, since somebody has a copy; but for a
/// client that asks again a moment later because the answer got lost.
///
/// # Errors
/// `Unauthenticated`; `Forbidden` where the account is suspended.
pub async fn refresh(commands: &Commands, refresh_token: &str) -> Result<TokenPair, CommandError> {
    match commands.ports().sessions.rotate(refresh_token, commands.now()).await? {
        Rotation::Fresh { user_id, session_id, refresh_token } => {
            let user = active_account(commands, user_id).await?;
            pair(commands, &user, session_id, refresh_token)
        }
        Rotation::Reused { user_id } => {
            tracing::warn!(%user_id, "a spent refresh token was presented; its family is revoked");
            Err(CommandError::Unauthenticated)
        }
        // A suspended person is told so, as at the door.
        Rotation::Over { user_id } => {
            Err(active_account(commands, user_id).await.err().unwrap_or(CommandError::Unauthenticated))
        }
        Rotation::Unknown | Rotation::Expired => Err(CommandError::Unauthenticated),
    }
}
