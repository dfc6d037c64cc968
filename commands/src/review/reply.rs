//! The host of a place answers what a guest said of it.

use domain::review::{Review, ReviewCommand, ReviewStage, Subject};
use domain::text::Note;
use uuid::Uuid;

use crate::actor::Actor;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::place::is_public;

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
            if !is_seen(commands, review, &context.actor).await? {
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
/// and other guests of a place that is not listed any more, have no part in that review and are answered as strangers.
async fn is_seen(commands: &Commands, review: &Review, actor: &Actor) -> Result<bool, CommandError> {
    let user_id = actor.user_id();
    let is = |id: Option<Uuid>| id.is_some() && id == user_id;
    let is_author = is(review.author_id());
    Ok(match (review.stage(), review.subject()) {
        (Some(ReviewStage::Submitted), _) => is_author,
        (Some(ReviewStage::Hidden), _) => is_author || actor.is_admin(),
        (Some(ReviewStage::Published), Some(Subject::Place)) => {
            let has_part = is_author || is(review.host_id()) || actor.is_admin();
            has_part || is_of_public_place(commands, review).await?
        }
        (Some(ReviewStage::Published), _) => is_author || is(review.guest_id()) || actor.is_admin(),
        (None, _) => false,
    })
}

async fn is_of_public_place(commands: &Commands, review: &Review) -> Result<bool, CommandError> {
    let Some(booking_id) = review.booking_id() else { return Ok(false) };
    let booking = commands.ports().bookings.load(booking_id).await?;
    let Some(place_id) = booking.aggregate.offer().map(|offer| offer.place_id) else { return Ok(false) };
    let place = commands.ports().places.load(place_id).await?;
    is_public(commands, &place.aggregate).await
}
