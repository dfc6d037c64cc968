//! Tokens that are sent by mail: whoever has one reads the account's mail.

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use super::PortError;

/// How long the address of a new account may be verified with one token, in seconds.
pub const VERIFICATION_SECONDS: u32 = 48 * 3_600;
/// How long a password may be reset with one token, in seconds.
pub const RESET_SECONDS: u32 = 3_600;

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPurpose {
    /// To verify the account's address.
    VerifyEmail,
    /// To choose a new password.
    ResetPassword,
}

impl TokenPurpose {
    /// How long a token lasts, in seconds.
    pub fn seconds(self) -> u32 {
        match self {
            Self::VerifyEmail => VERIFICATION_SECONDS,
            Self::ResetPassword => RESET_SECONDS,
        }
    }
}

/// Random tokens of which only digests are kept.
#[async_trait]
pub trait AccountTokens: Send + Sync {
    /// A new token of a user's; earlier ones stay good.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn issue(&self, user_id: Uuid, purpose: TokenPurpose, now: Timestamp) -> Result<String, PortError>;

    /// Whose the token is; `None` where it was used, is too old, for another purpose, or nobody's.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn holder(&self, token: &str, purpose: TokenPurpose, now: Timestamp) -> Result<Option<Uuid>, PortError>;

    /// Uses a token up, and every other of that user for the same purpose. Of many who try at once one succeeds.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn redeem(&self, token: &str, purpose: TokenPurpose, now: Timestamp) -> Result<Option<Uuid>, PortError>;

    /// Withdraws the tokens of a user for one purpose that were issued by an instant.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn withdraw(&self, user_id: Uuid, purpose: TokenPurpose, issued_by: Timestamp) -> Result<(), PortError>;
}
