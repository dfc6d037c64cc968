//! A host makes a place.

use domain::place::{NewPlace, PlaceCommand, PlaceDetails};
use domain::zone::Zone;
use uuid::Uuid;

use crate::amenity::check_known;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::stream::Stream;

/// What the host says of the new place.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatePlace {
    /// Whether only the host sees it at first.
    pub draft: bool,
    /// The details.
    pub place: PlaceDraft,
}

/// Details whose time zone may be left to the coordinates.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceDraft {
    /// Everything but the zone, which is [`Zone::UTC`] where the host gave none.
    pub details: PlaceDetails,
    /// Whether the host named the zone itself.
    pub zone_given: bool,
}

impl PlaceDraft {
    /// The details with the zone that holds at the coordinates, where the host gave none.
    pub(super) fn complete(mut self, commands: &Commands) -> PlaceDetails {
        if !self.zone_given {
            let found = self.details.coordinates.and_then(|at| commands.ports().zones.zone_at(at));
            self.details.time_zone = found.unwrap_or(Zone::UTC);
        }
        self.details
    }
}

/// Makes a place of the actor's. The append checks that the account is still open and not suspended.
///
/// # Errors
/// `Unauthenticated` without a user, `Forbidden` where the account is closed or suspended, `Invalid` for an amenity that
/// the catalogue does not have, `Place` where limits contradict each other.
pub async fn create(commands: &Commands, context: &Context, wish: CreatePlace) -> Result<Done, CommandError> {
    let owner_id = context.actor.user_id().ok_or(CommandError::Unauthenticated)?;
    let place_id = Uuid::now_v7();
    let details = wish.place.complete(commands);
    check_known(commands, &details.amenities, "amenities").await?;
    commands
        .run(context, || async {
            let owner = commands.ports().users.load(owner_id).await?;
            if !owner.aggregate.is_active() {
                return Err(CommandError::Forbidden);
            }
            let mut stream = Stream::empty(place_id);
            stream.conditions.depends_on.push(owner.seen());
            let (draft, details, now) = (wish.draft, details.clone(), commands.now());
            let facts = NewPlace { place_id, owner_id, draft, details, import: None, now };
            commands.decide(commands.ports().places.as_ref(), context, stream, PlaceCommand::Create(facts)).await
        })
        .await
}
