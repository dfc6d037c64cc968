//! A stay is over.

use domain::booking::{BookingCommand, Party};
use uuid::Uuid;

use super::access::visible;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Completes a confirmed booking: the host from check-out time on, or the timer.
///
/// # Errors
/// `NotFound` to strangers, `Forbidden` to its guest, `Booking` where its state or the time does not allow it.
pub async fn complete(commands: &Commands, context: &Context, booking_id: Uuid) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let (stream, party) = visible(commands, &context.actor, booking_id).await?;
            let by = match party {
                Some(by @ (Party::Host | Party::System)) => by,
                Some(Party::Guest) | None => return Err(CommandError::Forbidden),
            };
            let command = BookingCommand::Complete { by, now: commands.now() };
            commands.decide(commands.ports().bookings.as_ref(), context, stream, command).await
        })
        .await
}
