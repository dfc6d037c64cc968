//! A request is turned down.

use domain::booking::{BookingCommand, Party};
use domain::text::Note;
use uuid::Uuid;

use super::access::{as_host, visible};
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// The host declines a pending booking.
///
/// # Errors
/// `NotFound` to strangers, `Forbidden` to its guest, `Booking` where its state does not allow it.
pub async fn decline(
    commands: &Commands,
    context: &Context,
    booking_id: Uuid,
    reason: Option<Note>,
) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let stream = as_host(commands, &context.actor, booking_id).await?;
            let command = BookingCommand::Decline { by: Party::Host, reason: reason.clone(), now: commands.now() };
            commands.decide(commands.ports().bookings.as_ref(), context, stream, command).await
        })
        .await
}

/// The system declines a request for a place that was withdrawn at version `withdrawn`. A later request, made after the
/// place was published again, stays: the versions tell their order in the log, which no clock does.
///
/// # Errors
/// `NotFound` where there is no such booking or it is a later one, `Booking` where its state does not allow it.
pub async fn decline_withdrawn(
    commands: &Commands,
    context: &Context,
    booking_id: Uuid,
    withdrawn: u64,
) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let (stream, _) = visible(commands, &context.actor, booking_id).await?;
            if stream.aggregate.place_version().is_none_or(|offered| offered >= withdrawn) {
                return Err(CommandError::NotFound);
            }
            let command = BookingCommand::Decline { by: Party::System, reason: None, now: commands.now() };
            commands.decide(commands.ports().bookings.as_ref(), context, stream, command).await
        })
        .await
}
