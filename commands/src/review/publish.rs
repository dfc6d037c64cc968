//! Reviews become public: when both are in, or when the time to write is over.

use domain::review::{Counterpart, Review, ReviewCommand, ReviewError};
use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::stream::Stream;

/// Publishes a review, for a job. The append checks that the other's review, where there is one, is as it was read.
///
/// # Errors
/// `NotFound` where there is no such review, `Review` with `TooEarly`.
pub async fn publish(commands: &Commands, context: &Context, review_id: Uuid) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let mut stream = commands.ports().reviews.load(review_id).await?;
            let ids = stream.aggregate.booking_id().zip(stream.aggregate.author_id());
            let (booking_id, author_id) = ids.ok_or(CommandError::NotFound)?;
            let reviews = commands.ports().directory.reviews_of(booking_id).await?;
            let other = counterpart(commands, &reviews, author_id).await?;
            stream.conditions.depends_on.extend(other.as_ref().map(Stream::seen));
            let counterpart = other.map_or(Counterpart::Missing, |stream| stream.aggregate.as_counterpart());
            let command = ReviewCommand::Publish { counterpart, now: commands.now() };
            commands.decide(commands.ports().reviews.as_ref(), context, stream, command).await
        })
        .await
}

/// Publishes the reviews of a stay, if both are in; `key` is the job's. One that is in alone stays as it is: its
/// timer publishes it.
///
/// # Errors
/// Whatever keeps a review from being published now.
pub async fn publish_pair(commands: &Commands, key: &str, booking_id: Uuid) -> Result<(), CommandError> {
    let reviews = commands.ports().directory.reviews_of(booking_id).await?;
    for (_, review_id) in reviews {
        match publish(commands, &Context::of_job(&format!("{key}:{review_id}")), review_id).await {
            Ok(_) | Err(CommandError::Review(ReviewError::TooEarly)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The review of a stay by the other of its two parties, of those that the claims tell of, as its own stream has it.
///
/// One that is appended a moment later is not lost: it is followed by a job of its own, which then finds both.
pub(super) async fn counterpart(
    commands: &Commands,
    reviews: &[(Uuid, Uuid)],
    author_id: Uuid,
) -> Result<Option<Stream<Review>>, CommandError> {
    match reviews.iter().find(|(author, _)| *author != author_id) {
        Some((_, review_id)) => Ok(Some(commands.ports().reviews.load(*review_id).await?)),
        None => Ok(None),
    }
}
