//! Mail leaves the house here.

use async_trait::async_trait;
use domain::Email;
use jiff::Timestamp;

use super::PortError;

/// A message in plain text. Nothing in it but the address was written by a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Names the message: the same for each attempt to send it, so that a receiver may recognise a repeat.
    pub id: String,
    /// To whom.
    pub to: Email,
    /// One line of this program's own.
    pub subject: &'static str,
    /// Lines of this program's own, with its links.
    pub text: String,
    /// When it was asked for: the same for each attempt to send it.
    pub at: Timestamp,
}

/// Sends mail, or keeps it where an operator finds it.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands a message over. One that is handed over twice may arrive twice.
    ///
    /// # Errors
    /// When it was not taken; the error names no address.
    async fn send(&self, mail: &Mail) -> Result<(), PortError>;
}
