//! A request or a stay is called off.

use domain::booking::{BookingCommand, Party};
use domain::text::Note;
use uuid::Uuid;

use super::access::visible;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// The guest or the host cancels a pending or confirmed booking.
///
/// # Errors
/// `NotFound` to strangers, `Forbidden` to others who may see it, `Booking` where its state or the time does not
/// allow it.
pub async fn cancel(
    commands: &Commands,
    context: &Context,
    booking_id: Uuid,
    reason: Note,
) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let (stream, party) = visible(commands, &context.actor, booking_id).await?;
            let by = match party {
                Some(by @ (Party::Guest | Party::Host)) => by,
                Some(Party::System) | None => return Err(CommandError::Forbidden),
            };
            let command = BookingCommand::Cancel { by, reason: Some(reason.clone()), now: commands.now() };
            commands.decide(commands.ports().bookings.as_ref(), context, stream, command).await
        })
        .await
}
