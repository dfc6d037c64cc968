//! A guest or a host reviews a completed stay.

use domain::booking::{Booking, Party};
use domain::review::{Counterpart, NewReview, Opinion, Review, ReviewCommand, ReviewError, Subject};
use domain::user::User;
use jiff::Timestamp;
use uuid::Uuid;

use super::publish::counterpart;
use crate::booking::visible;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::stream::Stream;

/// Writes the actor's review of a stay: about the place if it was the guest, about the guest if it was the host. Nobody
/// else learns what it says until it is [published](super::publish()); that there is one stands in the log, which
/// admins and auditors read. The append checks that the booking has not changed since, that the author's account is
/// still active, and that the author has not reviewed the stay before.
///
/// # Errors
/// `NotFound` to strangers, `Forbidden` to an admin who is neither guest nor host and where the account is closed or
/// suspended, `Review` where the stay is not completed, was reviewed before or too long ago, `Invalid` for a rating that says
/// nothing about the other.
pub async fn submit(
    commands: &Commands,
    context: &Context,
    booking_id: Uuid,
    opinion: Opinion,
) -> Result<Done, CommandError> {
    let review_id = Uuid::now_v7();
    commands
        .run(context, || async {
            let (booking, party) = visible(commands, &context.actor, booking_id).await?;
            let subject = match party {
                Some(Party::Guest) => Subject::Place,
                Some(Party::Host) => Subject::Guest,
                Some(Party::System) | None => return Err(CommandError::Forbidden),
            };
            let author = active_author(commands, context).await?;
            let reviews = commands.ports().directory.reviews_of(booking_id).await?;
            // The append would refuse it too; but the time may be over since, and that is not why.
            if reviews.iter().any(|(id, _)| *id == author.id) {
                return Err(ReviewError::AlreadyReviewed.into());
            }
            // What is refused whatever the other wrote is refused before anybody looks: the time that a refusal takes
            // must not tell whether there is a review.
            let alone = facts(review_id, &booking, subject, opinion.clone(), Counterpart::Missing, commands.now())?;
            Review::default().decide(ReviewCommand::Submit(alone))?;
            let other = counterpart(commands, &reviews, author.id).await?;
            let mut stream = Stream::empty(review_id);
            stream.conditions.depends_on = vec![booking.seen(), author.seen()];
            stream.conditions.depends_on.extend(other.as_ref().map(Stream::seen));
            let other = other.map_or(Counterpart::Missing, |stream| stream.aggregate.as_counterpart());
            let facts = facts(review_id, &booking, subject, opinion.clone(), other, commands.now())?;
            commands.decide(commands.ports().reviews.as_ref(), context, stream, ReviewCommand::Submit(facts)).await
        })
        .await
}

async fn active_author(commands: &Commands, context: &Context) -> Result<Stream<User>, CommandError> {
    let author_id = context.actor.user_id().ok_or(CommandError::Unauthenticated)?;
    let author = commands.ports().users.load(author_id).await?;
    if author.aggregate.is_active() { Ok(author) } else { Err(CommandError::Forbidden) }
}

fn facts(
    review_id: Uuid,
    booking: &Stream<Booking>,
    subject: Subject,
    opinion: Opinion,
    counterpart: Counterpart,
    now: Timestamp,
) -> Result<NewReview, CommandError> {
    let stay = &booking.aggregate;
    let (offer, guest_id) = stay.offer().zip(stay.guest_id()).ok_or(ReviewError::NotFound)?;
    Ok(NewReview {
        review_id,
        booking_id: booking.id,
        place_id: offer.place_id,
        guest_id,
        host_id: offer.host_id,
        subject,
        opinion,
        completed_at: stay.completed_at(),
        counterpart,
        now,
    })
}
