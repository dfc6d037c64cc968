//! Who may do what with a booking.

use domain::booking::{Booking, Party};
use uuid::Uuid;

use crate::actor::Actor;
use crate::error::CommandError;
use crate::executor::Commands;
use crate::stream::Stream;

/// Loads a booking that the actor may see, and says what the actor is to it; `None` for an admin who is neither.
pub(crate) async fn visible(
    commands: &Commands,
    actor: &Actor,
    booking_id: Uuid,
) -> Result<(Stream<Booking>, Option<Party>), CommandError> {
    let stream = commands.ports().bookings.load(booking_id).await?;
    let party = match actor {
        Actor::User { id, .. } => stream.aggregate.party(*id),
        Actor::System => Some(Party::System),
        Actor::Anonymous => None,
    };
    let exists = stream.aggregate.status().is_some();
    if exists && (party.is_some() || actor.is_admin()) { Ok((stream, party)) } else { Err(CommandError::NotFound) }
}

/// Loads a booking that the actor may answer as its host.
pub(super) async fn as_host(
    commands: &Commands,
    actor: &Actor,
    booking_id: Uuid,
) -> Result<Stream<Booking>, CommandError> {
    match visible(commands, actor, booking_id).await? {
        (stream, Some(Party::Host)) => Ok(stream),
        (_, Some(Party::Guest | Party::System) | None) => Err(CommandError::Forbidden),
    }
}
