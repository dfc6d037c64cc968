//! The host of a place answers what a guest said of it.

use domain::review::{Review, ReviewCommand, ReviewStage, Subject};
use domain::text::Note;
use uuid::Uuid;

use crate::actor::Actor;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Replies to a published review of the actor's place, once.
///
/// # Errors
/// `NotFound` where the actor cannot see the review, `Forbidden` to all who can but the place's host, `Review` where
/// the host has replied before.
pub async fn reply(commands: &Commands, context: &Context, review_id: Uuid, text: Note) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let stream = commands.ports().reviews.load(review_id).await?;
            let review = &stream.aggregate;
            if !is_seen(review, &context.actor) {
                return Err(CommandError::NotFound);
            }
            let is_host = review.host_id().is_some() && review.host_id() == context.actor.user_id();
            if review.subject() != Some(Subject::Place) || !is_host {
                return Err(CommandError::Forbidden);
            }
            let command = ReviewCommand::Reply { text: text.clone(), now: commands.now() };
            commands.decide(commands.ports().reviews.as_ref(), context, stream, command).await
        })
        .await
}

/// Whether the actor may know of a review, by the log alone: other hosts of a guest, who may read what is said of it,
/// have no part in that review and are answered as strangers.
fn is_seen(review: &Review, actor: &Actor) -> bool {
    let user_id = actor.user_id();
    let is = |id: Option<Uuid>| id.is_some() && id == user_id;
    let is_author = is(review.author_id());
    match (review.stage(), review.subject()) {
        (Some(ReviewStage::Submitted), _) => is_author,
        (Some(ReviewStage::Hidden), _) => is_author || actor.is_admin(),
        (Some(ReviewStage::Published), Some(Subject::Place)) => true,
        (Some(ReviewStage::Published), _) => is_author || is(review.guest_id()) || actor.is_admin(),
        (None, _) => false,
    }
}
