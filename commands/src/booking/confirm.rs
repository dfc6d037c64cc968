//! The host accepts a request.

use domain::booking::BookingStatus::Pending;
use domain::booking::{BookingCommand, BookingError};
use uuid::Uuid;

use super::access::as_host;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};

/// Confirms a pending booking. The append checks that the place has not been withdrawn since the request: that is about to
/// be declined, whether or not the place is listed again.
///
/// # Errors
/// `NotFound` to strangers, `Forbidden` to its guest, `Booking` where its state does not allow it or the place was
/// withdrawn.
pub async fn confirm(commands: &Commands, context: &Context, booking_id: Uuid) -> Result<Done, CommandError> {
    commands
        .run(context, || async {
            let mut stream = as_host(commands, &context.actor, booking_id).await?;
            if let Some(offer) = stream.aggregate.offer().filter(|_| stream.aggregate.status() == Some(Pending)) {
                let place = commands.ports().places.load(offer.place_id).await?;
                let offered = stream.aggregate.place_version().unwrap_or_default();
                if place.aggregate.was_withdrawn_since(offered) {
                    return Err(BookingError::NotBookable.into());
                }
                stream.conditions.depends_on.push(place.seen());
            }
            let command = BookingCommand::Confirm { now: commands.now() };
            commands.decide(commands.ports().bookings.as_ref(), context, stream, command).await
        })
        .await
}
