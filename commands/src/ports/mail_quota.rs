//! How many letters one address is sent: who has them sent need not be who has to read them.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::PortError;

/// How many letters of one kind an address is sent in 24 hours.
pub const LETTERS_A_DAY: u32 = 10;
/// Between two letters of one kind that somebody asked for.
pub const BETWEEN_LETTERS: SignedDuration = SignedDuration::from_mins(1);

/// A letter that is about to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Posting<'a> {
    /// Names the letter: the same for each attempt to send it.
    pub id: &'a str,
    /// Stands for the address, whoever has an account with it meanwhile.
    pub address_mark: &'a str,
    /// What is said.
    pub kind: &'static str,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// How far from others of its kind it must have been asked for.
    pub apart: SignedDuration,
}

/// Counts letters by address and kind. It outlives tokens and accounts: neither a token used up nor an account closed and
/// opened anew makes room for more.
#[async_trait]
pub trait MailQuota: Send + Sync {
    /// Counts a letter, once however often it is tried, and says whether it may be sent: not where [`LETTERS_A_DAY`] others
    /// of its kind went to the address in the day before, nor where one was asked for less than `apart` away.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn admits(&self, posting: Posting<'_>) -> Result<bool, PortError>;
}
