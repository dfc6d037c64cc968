//! Who may change a place.

use domain::place::{Place, PlaceStatus};
use uuid::Uuid;

use crate::actor::Actor;
use crate::error::CommandError;
use crate::executor::Commands;
use crate::stream::Stream;

/// Loads a place that the actor may change: its own. Another's is forbidden while anyone can see it, else not found: a
/// draft, one that is no longer listed, one whose host is suspended.
pub(super) async fn own(commands: &Commands, actor: &Actor, place_id: Uuid) -> Result<Stream<Place>, CommandError> {
    let stream = commands.ports().places.load(place_id).await?;
    let place = &stream.aggregate;
    match (place.owner_id(), place.status()) {
        (Some(owner), _) if Some(owner) == actor.user_id() => Ok(stream),
        (Some(_), _) if actor.is_admin() => Err(CommandError::Forbidden),
        _ if is_public(commands, place).await? => Err(CommandError::Forbidden),
        _ => Err(CommandError::NotFound),
    }
}

/// Whether anybody sees a place: it is listed, and its host is not suspended.
pub(crate) async fn is_public(commands: &Commands, place: &Place) -> Result<bool, CommandError> {
    match (place.owner_id(), place.status()) {
        (Some(owner), Some(PlaceStatus::Listed)) => Ok(commands.ports().users.load(owner).await?.aggregate.is_active()),
        _ => Ok(false),
    }
}
