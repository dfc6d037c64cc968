//! The host accepts a request.

use domain::booking::BookingCommand;
use uuid::Uuid;

use super::access::as_host;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Confirms a pending booking.
///
/// # Errors
/// `NotFound` to strangers, `Forbidden` to its guest, `Booking` where its state does not allow it.
pub async fn confirm(commands: &Commands, context: &Context, booking_id: Uuid) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let stream = as_host(commands, &context.actor, booking_id).await?;
            let command = BookingCommand::Confirm { now: commands.now() };
            commands.decide(commands.ports().bookings.as_ref(), context, stream, command).await
        })
        .await
}
