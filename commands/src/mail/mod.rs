//! What the house writes to people: plain text in English and French, with links into the house.
//!
//! No letter repeats what a person wrote, not even a name: an address that nobody has verified may be a stranger's, and
//! whoever registered it must not send words of their own through this house.

mod letters;

use domain::user::User;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::error::CommandError;
use crate::executor::Commands;
use crate::ports::account_tokens::TokenPurpose;
use crate::ports::mail_quota::{BETWEEN_LETTERS, Posting};
use crate::ports::mailer::Mail;
use crate::reactors::Letter;

/// Where people find the house on the web, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    base: String,
}

impl Links {
    /// Links into the house at `base`, such as `https://hbnb.example`.
    pub fn new(base: impl Into<String>) -> Self {
        Self { base: base.into() }
    }

    /// The page that posts a token. It stands in the fragment, which browsers keep to themselves: no log of a server,
    /// and no `Referer`, has it.
    fn with_token(&self, page: &str, token: &str) -> String {
        format!("{}/{page}#token={token}", self.base)
    }
}

/// Writes and sends one letter, dated when it was asked for. Its token, if it has one, is made here: no job and no
/// event has it.
///
/// Somebody who has no address any more, has verified it since, or got as many as a day allows, gets none: see
/// [`MailQuota`](crate::ports::mail_quota::MailQuota).
///
/// # Errors
/// `Unavailable` where it could not be handed over; it may be sent again.
pub(crate) async fn send(
    commands: &Commands,
    id: &str,
    asked_at: Timestamp,
    letter: Letter,
    user_id: Uuid,
) -> Result<(), CommandError> {
    let ports = commands.ports();
    let user = ports.users.load(user_id).await?.aggregate;
    let Some(to) = user.email().filter(|_| is_wanted(letter, &user)).cloned() else { return Ok(()) };
    let (address_mark, (kind, apart)) = (ports.accounts.address_mark(&to), counted_as(letter));
    let posting = Posting { id, address_mark: &address_mark, kind, asked_at, apart };
    if !ports.mail_quota.admits(posting).await? {
        return Ok(());
    }
    let link = match page(letter) {
        Some((page, purpose)) => {
            let token = ports.account_tokens.issue(user_id, purpose, commands.now()).await?;
            ports.links.with_token(page, &token)
        }
        None => ports.links.base.clone(),
    };
    let (subject, text) = letters::write(letter, letters::Language::of(user.locale()), &link);
    Ok(ports.mailer.send(&Mail { id: id.to_owned(), to, subject, text, at: asked_at }).await?)
}

fn is_wanted(letter: Letter, user: &User) -> bool {
    user.is_open()
        && match letter {
            Letter::Welcome | Letter::VerifyEmail => !user.has_verified_email(),
            Letter::ResetPassword | Letter::PasswordChanged => true,
        }
}

/// As what a letter counts, and how far from others like it. What only a registration or a change of the password brings
/// about may come at any time.
fn counted_as(letter: Letter) -> (&'static str, SignedDuration) {
    match letter {
        Letter::Welcome => ("welcome", SignedDuration::ZERO),
        Letter::VerifyEmail => ("verify_email", BETWEEN_LETTERS),
        Letter::ResetPassword => ("reset_password", BETWEEN_LETTERS),
        Letter::PasswordChanged => ("password_changed", SignedDuration::ZERO),
    }
}

/// The page that a letter leads to, and what its token is good for.
fn page(letter: Letter) -> Option<(&'static str, TokenPurpose)> {
    match letter {
        Letter::Welcome | Letter::VerifyEmail => Some(("verify-email", TokenPurpose::VerifyEmail)),
        Letter::ResetPassword => Some(("reset-password", TokenPurpose::ResetPassword)),
        Letter::PasswordChanged => None,
    }
}
