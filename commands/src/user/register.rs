//! Somebody makes an account.

use domain::Email;
use domain::text::{Name, Phone};
use domain::user::{Registration, UserCommand};
use domain::zone::Zone;
use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::ports::password::Password;
use crate::stream::Stream;

/// Who makes the account.
#[derive(Debug, Clone, PartialEq)]
pub struct Register {
    /// Unique among open accounts.
    pub email: Email,
    /// Hashed, never stored.
    pub password: Password,
    /// Given name.
    pub first_name: Name,
    /// Family name.
    pub last_name: Name,
    /// For texts.
    pub phone: Option<Phone>,
    /// The language of mails.
    pub locale: Option<String>,
    /// Where they are at home.
    pub time_zone: Option<Zone>,
}

/// Registers a user. The sealing key and the password's hash are durable before the first event is.
///
/// # Errors
/// `User` with `EmailTaken`.
pub async fn register(commands: &Commands, context: &Context, wish: Register) -> Result<Done, CommandError> {
    let user_id = Uuid::now_v7();
    let ports = commands.ports();
    let hash = ports.passwords.hash(&wish.password).await?;
    ports.accounts.prepare(user_id, Some(&hash)).await?;
    commands
        .run(context, || async {
            let Register { email, password: _, first_name, last_name, phone, locale, time_zone } = wish.clone();
            let now = commands.now();
            let facts = Registration { user_id, email, first_name, last_name, phone, locale, time_zone, now };
            let (store, stream) = (ports.users.as_ref(), Stream::empty(user_id));
            commands.decide(store, context, stream, UserCommand::Register(facts)).await
        })
        .await
}
