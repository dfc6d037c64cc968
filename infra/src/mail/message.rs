//! A letter in the form of RFC 5322.

use std::time::SystemTime;

use commands::ports::mailer::Mail;
use lettre::Message;
use lettre::address::AddressError;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, MIME_VERSION_1_0};
use sha2::{Digest, Sha256};

/// Why a letter has no form. No variant tells the address.
#[derive(Debug, thiserror::Error)]
pub(super) enum MessageError {
    #[error("the receiver's address is none for mail")]
    Address(#[source] AddressError),
    #[error("the message cannot be formed")]
    Form(#[source] lettre::error::Error),
}

/// The whole message. Each header is written by the library's own type for it, which encodes what it must: nothing in a
/// value can begin another header.
pub(super) fn message(from: &Mailbox, mail: &Mail) -> Result<Message, MessageError> {
    let to = mail.to.as_str().parse().map_err(MessageError::Address)?;
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.subject)
        .date(SystemTime::from(mail.at))
        .message_id(Some(format!("<{}@{}>", name(mail), from.email.domain())))
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text.clone())
        .map_err(MessageError::Form)
}

/// A name for the letter: the same for every attempt to send it.
pub(super) fn name(mail: &Mail) -> String {
    Sha256::digest(&mail.id).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
