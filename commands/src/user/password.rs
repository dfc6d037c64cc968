//! Another password: chosen by whoever knows the one before, or by whoever reads the account's mail.
//!
//! The hash is kept aside before the change is in the log and becomes the good one after it, so that no password is ever
//! good without auditors seeing when it became so. What a crash leaves undone, a job does.

use domain::user::{PasswordProof, User, UserCommand};
use domain::{Email, Invalid};
use jiff::Timestamp;
use uuid::Uuid;

use crate::actor::Actor;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::passwords::check_personal;
use crate::ports::account_tokens::TokenPurpose;
use crate::ports::mail_quota::BETWEEN_LETTERS;
use crate::ports::password::Password;
use crate::reactors::{Letter, NewJob, Task};

/// What a change of a password rests on and leads to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    pub(crate) change_id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) kept_session: Option<Uuid>,
}

/// Changes the actor's password. The actor's own session goes on, every other one ends.
///
/// # Errors
/// `Unauthenticated` without a user; `Invalid` for a wrong password (`incorrect`), and for a new one that is the same
/// (`unchanged`) or tells who its owner is (`too_personal`).
pub async fn change_password(
    commands: &Commands,
    context: &Context,
    current: &str,
    new: &Password,
) -> Result<Done, CommandError> {
    let incorrect = || invalid("current_password", Invalid::new("incorrect", "Is not the account's password."));
    // No account has a password that is too long to be one.
    let current = Password::given(current).map_err(|_| incorrect())?;
    let Actor::User { id: user_id, session_id, .. } = context.actor else { return Err(CommandError::Unauthenticated) };
    let ports = commands.ports();
    ports.passwords.has_room()?;
    let user = ports.users.load(user_id).await?.aggregate;
    let credentials = ports.accounts.credentials(user_id).await?;
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.as_str());
    if !ports.passwords.verify(&current, hash).await? {
        return Err(incorrect());
    }
    if current == *new {
        return Err(invalid("new_password", Invalid::new("unchanged", "Must be another than the current one.")));
    }
    check_owner(&user, new, "new_password")?;
    let hash = ports.passwords.hash(new).await?;
    let change = Change { change_id: Uuid::now_v7(), user_id, kept_session: Some(session_id) };
    // Whoever reset the password meanwhile made the one given here worthless.
    let still_good =
        |now: &User| if now.password_change() == user.password_change() { Ok(()) } else { Err(incorrect()) };
    record(commands, context, change, PasswordProof::Password, &hash, still_good).await
}

/// Has a token sent to the address, if somebody has it, at most one a minute. Both ways take the same work: a look at the
/// claim, and a job that is new or known by the address alone. The queue gets one job a minute of the clock; that two
/// letters are a minute apart is seen to when they are sent.
///
/// # Errors
/// `Unavailable` where the log or the queue cannot be reached.
pub async fn forgot_password(commands: &Commands, email: &Email) -> Result<(), CommandError> {
    let ports = commands.ports();
    let known = ports.accounts.by_email(email).await?;
    // The job of nobody finds nobody.
    let user_id = known.unwrap_or_else(Uuid::now_v7);
    let now = commands.now();
    let minute = now.as_second().div_euclid(BETWEEN_LETTERS.as_secs());
    let task = Task::SendLetter { letter: Letter::ResetPassword, user_id };
    let mark = ports.accounts.address_mark(email);
    // That there is one already is told to nobody.
    ports.queue.add(NewJob { key: format!("forgot-password:{mark}:{minute}"), run_at: now, task }).await?;
    Ok(())
}

/// Chooses a new password by a token that was sent to the account's address. Every session of the account ends.
///
/// # Errors
/// `Invalid` for a token that was used, is too old or nobody's (`invalid_token`), and for a password that tells who its
/// owner is (`too_personal`): the token then stays good.
pub async fn reset_password(
    commands: &Commands,
    context: &Context,
    token: &str,
    new: &Password,
) -> Result<Done, CommandError> {
    let (ports, purpose) = (commands.ports(), TokenPurpose::ResetPassword);
    ports.passwords.has_room()?;
    let holder = ports.account_tokens.holder(token, purpose, commands.now()).await?.ok_or_else(invalid_token)?;
    let user = ports.users.load(holder).await?.aggregate;
    if !user.is_open() {
        return Err(invalid_token());
    }
    check_owner(&user, new, "password")?;
    // Before the token is used up: where too many passwords wait to be hashed, it can be tried again.
    let hash = ports.passwords.hash(new).await?;
    let user_id = ports.account_tokens.redeem(token, purpose, commands.now()).await?.ok_or_else(invalid_token)?;
    let change = Change { change_id: Uuid::now_v7(), user_id, kept_session: None };
    record(commands, context, change, PasswordProof::Mail, &hash, |_| Ok(())).await
}

async fn record(
    commands: &Commands,
    context: &Context,
    change: Change,
    proof: PasswordProof,
    hash: &str,
    still_good: impl Fn(&User) -> Result<(), CommandError>,
) -> Result<Done, CommandError> {
    let (ports, Change { change_id, user_id, kept_session }) = (commands.ports(), change);
    ports.accounts.stage_password(change_id, user_id, hash).await?;
    let done = commands
        .run(context, || async {
            let stream = ports.users.load(user_id).await?;
            still_good(&stream.aggregate)?;
            let command = UserCommand::ChangePassword { change_id, proof, kept_session, now: commands.now() };
            commands.decide(ports.users.as_ref(), context, stream, command).await
        })
        .await?;
    // In the log it is changed: if this fails, the job makes up for it.
    if let Err(error) = take_effect(commands, change, done.version.unwrap_or(0), None).await {
        tracing::warn!(%user_id, %error, "a changed password takes effect when its job has run");
    }
    Ok(done)
}

/// Makes a recorded change effective: the new password is good, sessions of earlier ones end, tokens sent before are
/// worthless. A job, which may come late, leaves alone what came after the change, but not what an earlier password
/// opened since.
pub(crate) async fn take_effect(
    commands: &Commands,
    change: Change,
    version: u64,
    changed_at: Option<Timestamp>,
) -> Result<(), CommandError> {
    let (ports, now) = (commands.ports(), commands.now());
    let Change { change_id, user_id, kept_session } = change;
    ports.accounts.adopt_password(change_id, version).await?;
    ports.sessions.close_of_earlier_passwords(user_id, kept_session, version, now).await?;
    let issued_by = changed_at.unwrap_or(now);
    Ok(ports.account_tokens.withdraw(user_id, TokenPurpose::ResetPassword, issued_by).await?)
}

fn check_owner(user: &User, password: &Password, field: &str) -> Result<(), CommandError> {
    let (first, last) = user.names();
    let names = [first, last].map(|name| name.map_or("", |name| name.as_str()));
    let email = user.email().map_or("", Email::as_str);
    check_personal(password.expose(), email, names).map_err(|problem| invalid(field, problem))
}

/// What every bad token is told.
pub(super) fn invalid_token() -> CommandError {
    invalid("token", Invalid::new("invalid_token", "Was used already, is too old, or never was good."))
}

fn invalid(field: &str, problem: Invalid) -> CommandError {
    CommandError::Invalid(vec![problem.at(field)])
}
