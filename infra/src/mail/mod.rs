//! Mail: by SMTP where that is configured, else into a folder where an operator finds it. Nothing here is logged but
//! that something failed, without the address.

mod mailbox;
mod message;
mod quota;
mod smtp;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use commands::ports::mailer::Mailer;
use lettre::message::Mailbox;

use crate::config::Config;

pub use mailbox::MailboxFolder;
pub use quota::PgMailQuota;
pub use smtp::{SmtpMailer, SmtpUrlError};

/// The folder within the data folder.
const FOLDER: &str = "mailbox";

/// The mailer that the configuration asks for.
///
/// # Errors
/// If the SMTP server's URL means nothing; the configuration has been checked, so this is not met.
pub(crate) fn mailer(config: &Config) -> Result<Arc<dyn Mailer>, SmtpUrlError> {
    Ok(match &config.smtp_url {
        Some(url) => Arc::new(SmtpMailer::new(url, config.mail_from.clone())?),
        None => Arc::new(MailboxFolder::new(config.data_dir().join(FOLDER), config.mail_from.clone())),
    })
}

/// Reads a sender, such as `HBNB <no-reply@hbnb.example>`.
///
/// # Errors
/// If it is no such thing.
pub(crate) fn sender(text: &str) -> Result<Mailbox, lettre::address::AddressError> {
    text.parse()
}
