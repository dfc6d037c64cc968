//! Mail by SMTP (RFC 5321).

use std::time::Duration;

use async_trait::async_trait;
use commands::PortError;
use commands::ports::mailer::{Mail, Mailer};
use lettre::message::Mailbox;
use lettre::transport::smtp::Error as LettreError;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::message::message;
use crate::config::Secret;

/// How long the server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a whole conversation may take: less than a job's deadline.
const DEADLINE: Duration = Duration::from_secs(30);

/// Hands letters to a server, over a connection of each letter's own.
#[derive(Clone)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Not the URL of a mail server.
#[derive(Debug, thiserror::Error)]
#[error(
    "must be smtps://user:password@host:465, smtp://user:password@host:587?tls=required (STARTTLS), or without TLS \
     smtp://host:25"
)]
pub struct SmtpUrlError;

/// Why a letter was not taken: what the server said is not repeated, since servers quote addresses.
#[derive(Debug, thiserror::Error)]
enum SmtpError {
    #[error("the mail server refused with {0}")]
    Refused(String),
    #[error("the mail server did not answer in time")]
    Late,
    #[error("the connection to the mail server cannot be made safe")]
    Tls,
    #[error("the mail server cannot be reached, or not be understood")]
    Connection,
}

impl From<LettreError> for SmtpError {
    fn from(error: LettreError) -> Self {
        match error.status() {
            Some(code) => Self::Refused(code.to_string()),
            None if error.is_timeout() => Self::Late,
            None if error.is_tls() => Self::Tls,
            None => Self::Connection,
        }
    }
}

impl SmtpMailer {
    /// A mailer that writes as `from`.
    ///
    /// # Errors
    /// See [`SmtpUrlError`].
    pub fn new(url: &Secret, from: Mailbox) -> Result<Self, SmtpUrlError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose()).map_err(|_| SmtpUrlError)?;
        let hello = ClientId::Domain(from.email.domain().to_owned());
        let transport = builder.hello_name(hello).timeout(Some(PATIENCE)).build();
        Ok(Self { transport, from })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &Mail) -> Result<(), PortError> {
        let message = message(&self.from, mail).map_err(PortError::new)?;
        match tokio::time::timeout(DEADLINE, self.transport.send(message)).await {
            Ok(Ok(_accepted)) => Ok(()),
            Ok(Err(error)) => Err(PortError::new(SmtpError::from(error))),
            Err(_elapsed) => Err(PortError::new(SmtpError::Late)),
        }
    }
}
