//! The host accepts a request.

use domain::booking::BookingStatus::Pending;
use domain::booking::{BookingCommand, BookingError};
use domain::place::PlaceStatus;
use uuid::Uuid;

use super::access::as_host;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Confirms a pending booking. The append checks that the place is still listed: the requests of one that was withdrawn
/// are about to be declined.
///
/// # Errors
/// `NotFound` to strangers, `Forbidden` to its guest, `Booking` where its state does not allow it or the place is not
/// listed.
pub async fn confirm(commands: &Commands, context: &Context, booking_id: Uuid) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let mut stream = as_host(commands, &context.actor, booking_id).await?;
            if let Some(offer) = stream.aggregate.offer().filter(|_| stream.aggregate.status() == Some(Pending)) {
                let place = commands.ports().places.load(offer.place_id).await?;
                if place.aggregate.status() != Some(PlaceStatus::Listed) {
                    return Err(BookingError::NotBookable.into());
                }
                stream.conditions.depends_on.push(place.seen());
            }
            let command = BookingCommand::Confirm { now: commands.now() };
            commands.decide(commands.ports().bookings.as_ref(), context, stream, command).await
        })
        .await
}
