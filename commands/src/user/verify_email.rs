//! Whoever reads the account's mail says so.

use domain::user::UserCommand;

use super::password::invalid_token;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::ports::account_tokens::TokenPurpose;
use crate::ports::mail_quota::BETWEEN_LETTERS;
use crate::reactors::{Letter, NewJob, Task};

/// Verifies the address of the account that the token was sent to.
///
/// # Errors
/// `Invalid` for a token that was used, is too old or nobody's (`invalid_token`).
pub async fn verify_email(commands: &Commands, context: &Context, token: &str) -> Result<Done, CommandError> {
    let ports = commands.ports();
    let holder = ports.account_tokens.redeem(token, TokenPurpose::VerifyEmail, commands.now()).await?;
    let user_id = holder.ok_or_else(invalid_token)?;
    let outcome = commands
        .run(context, || async {
            let stream = ports.users.load(user_id).await?;
            let command = UserCommand::VerifyEmail { now: commands.now() };
            commands.decide(ports.users.as_ref(), context, stream, command).await
        })
        .await;
    match outcome {
        // Closed since.
        Err(CommandError::NotFound) => Err(invalid_token()),
        outcome => outcome,
    }
}

/// Has a token sent to the actor's own address once more, at most one a minute; to a verified address none is sent.
///
/// # Errors
/// `Unauthenticated` without a user, `Unavailable` where the queue cannot be reached.
pub async fn request_verification(commands: &Commands, context: &Context) -> Result<(), CommandError> {
    let user_id = context.actor.user_id().ok_or(CommandError::Unauthenticated)?;
    let now = commands.now();
    let task = Task::SendLetter { letter: Letter::VerifyEmail, user_id };
    let minute = now.as_second().div_euclid(BETWEEN_LETTERS.as_secs());
    let key = format!("verify-email:{user_id}:{minute}");
    commands.ports().queue.add(NewJob { key, run_at: now, task }).await?;
    Ok(())
}
