//! Nobody answered a request.

use domain::booking::BookingCommand;
use uuid::Uuid;

use super::access::visible;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Records that a pending booking has passed its deadline. For the timer alone.
///
/// # Errors
/// `Booking` where it is not pending any more, or not yet over.
pub async fn expire(commands: &Commands, context: &Context, booking_id: Uuid) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let (stream, _) = visible(commands, &context.actor, booking_id).await?;
            let command = BookingCommand::Expire { now: commands.now() };
            commands.decide(commands.ports().bookings.as_ref(), context, stream, command).await
        })
        .await
}
