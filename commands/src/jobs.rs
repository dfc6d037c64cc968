//! What each job does: commands, under the job's own idempotency key, so that a second run has no second effect.

use domain::booking::BookingError;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::reactors::Task;
use crate::{booking, mail, place, review, user};

/// Runs a job once that was added at an instant. Finding that there is nothing left to do is a success.
///
/// # Errors
/// Whatever keeps the job from being done now; it may be run again.
pub async fn run(commands: &Commands, key: &str, added_at: Timestamp, task: &Task) -> Result<(), CommandError> {
    let context = Context::of_job(key);
    match task {
        Task::ExpireRequest { booking_id } => settled(booking::expire(commands, &context, *booking_id).await),
        Task::CompleteStay { booking_id } => settled(booking::complete(commands, &context, *booking_id).await),
        Task::DeclineRequests { place_id, withdrawn } => decline_requests(commands, key, *place_id, *withdrawn).await,
        Task::PublishPair { booking_id } => review::publish_pair(commands, key, *booking_id).await,
        Task::PublishReview { review_id } => settled(review::publish(commands, &context, *review_id).await),
        Task::WindUpAccount { user_id, position } => wind_up_account(commands, key, *user_id, *position).await,
        Task::AdoptPassword { user_id, change_id, kept_session, version, changed_at } => {
            let change = user::Change { change_id: *change_id, user_id: *user_id, kept_session: *kept_session };
            user::take_effect(commands, change, *version, Some(*changed_at)).await
        }
        Task::EndSessions { user_id, opened_by } => {
            Ok(commands.ports().sessions.close_older(*user_id, *opened_by, commands.now()).await?)
        }
        Task::SendLetter { letter, user_id } => mail::send(commands, key, added_at, *letter, *user_id).await,
    }
}

/// A booking that has moved on needs no timer. One whose time has not come (clocks differ) is tried again.
fn settled(outcome: Result<Done, CommandError>) -> Result<(), CommandError> {
    match outcome {
        Ok(_)
        | Err(
            CommandError::NotFound
            | CommandError::Booking(BookingError::InvalidTransition(_) | BookingError::RequestExpired),
        ) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Goes through all: one that fails does not keep the others back. The job fails with the first failure.
async fn decline_requests(commands: &Commands, key: &str, place_id: Uuid, withdrawn: u64) -> Result<(), CommandError> {
    let mut outcome = Ok(());
    // Whatever the place's zone: a request whose first night lies before yesterday there has expired.
    let two_days_ago = TimeZone::UTC.to_datetime(commands.now()).date().saturating_sub(2.days());
    for holder in commands.ports().directory.holders_of_nights(place_id, two_days_ago).await? {
        // A block has no stream of its own: declining it finds nothing.
        let context = Context::of_job(&format!("{key}:{holder}"));
        outcome = outcome.and(settled(booking::decline_withdrawn(commands, &context, holder, withdrawn).await));
    }
    outcome
}

async fn wind_up_account(commands: &Commands, key: &str, user_id: Uuid, position: u64) -> Result<(), CommandError> {
    let ports = commands.ports();
    ports.sessions.close_all(user_id, commands.now()).await?;
    ports.accounts.forget_credentials(user_id).await?;
    ports.viewed_places.forget(user_id).await?;
    let mut outcome = Ok(());
    for place_id in ports.directory.places_of(user_id, position).await? {
        let context = Context::of_job(&format!("{key}:{place_id}"));
        outcome = outcome.and(place::archive_of_closed_account(commands, &context, place_id).await.map(|_| ()));
    }
    outcome
}
