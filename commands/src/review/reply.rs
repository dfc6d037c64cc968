//! The host of a place answers what a guest said of it.

use domain::review::{ReviewCommand, ReviewError, ReviewStage, Subject};
use domain::text::Note;
use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Replies to a published review of the actor's place, once.
///
/// # Errors
/// `NotFound` where the actor cannot see the review, `Forbidden` to all who can but the place's host, `Review` where
/// the host has replied before.
pub async fn reply(
    commands: &Commands,
    context: &Context,
    review_id: Uuid,
    text: Note,
) -> Result<Done, CommandError> {
    let actor_id = context.actor.user_id().ok_or(CommandError::Unauthenticated)?;
    commands
        .run(context, || async {
            let stream = commands.ports().reviews.load(review_id).await?;
            let review = &stream.aggregate;
            let is = |id: Option<Uuid>| id == Some(actor_id);
            let (stage, subject) = review.stage().zip(review.subject()).ok_or(ReviewError::NotFound)?;
            let seen = match stage {
                ReviewStage::Published => {
                    subject == Subject::Place || is(review.guest_id()) || is(review.host_id()) || context.actor.is_admin()
                }
                ReviewStage::Submitted => is(review.author_id()),
                ReviewStage::Hidden => is(review.author_id()) || context.actor.is_admin(),
            };
            if !seen {
                return Err(CommandError::NotFound);
            }
            if subject != Subject::Place || !is(review.host_id()) {
                return Err(CommandError::Forbidden);
            }
            let command = ReviewCommand::Reply { text: text.clone(), now: commands.now() };
            commands.decide(commands.ports().reviews.as_ref(), context, stream, command).await
        })
        .await
}
