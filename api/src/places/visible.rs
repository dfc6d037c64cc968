//! Who sees a place, and how much of it.

use commands::Actor;
use domain::place::PlaceStatus;
use projections::booking::{GuestStanding, guest_standing};
use projections::place::PlaceRow;
use uuid::Uuid;

use crate::failure::{ApiError, Failure};
use crate::state::ApiState;

/// How much somebody sees of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sight {
    /// What anybody sees.
    Stranger,
    /// Also its address, and where exactly it is: somebody with a confirmed stay.
    ConfirmedGuest,
    /// Also what is the host's own: the host, and admins.
    Host,
}

/// A place that the actor may see, and how much of it.
///
/// Anybody sees a listed place. One that is no longer listed is seen by whoever asked for it once, a draft only by its
/// host and admins. While a host is suspended, others than admins see the listed places as unlisted.
///
/// # Errors
/// `not_found` to everybody else.
pub(crate) async fn visible(api: &ApiState, actor: &Actor, place_id: Uuid) -> Result<(PlaceRow, Sight), ApiError> {
    let place = projections::place::find(&api.views, place_id).await?.ok_or(Failure::NotFound)?;
    seen(api, actor, place).await
}

/// The same of a place that was read.
///
/// # Errors
/// `not_found` to who may not see it.
pub(super) async fn seen(api: &ApiState, actor: &Actor, mut place: PlaceRow) -> Result<(PlaceRow, Sight), ApiError> {
    if place.hidden && place.status == PlaceStatus::Listed && !is_host(actor, &place) {
        place.status = PlaceStatus::Unlisted;
    }
    let standing = match actor.user_id() {
        Some(user_id) if user_id != place.owner_id => guest_standing(&api.views, place.place_id, user_id).await?,
        _ => GuestStanding::default(),
    };
    let sight = sight(actor, &place, standing).ok_or(Failure::NotFound)?;
    Ok((place, sight))
}

fn sight(actor: &Actor, place: &PlaceRow, standing: GuestStanding) -> Option<Sight> {
    if is_host(actor, place) {
        return Some(Sight::Host);
    }
    let seen = match place.status {
        PlaceStatus::Listed => true,
        PlaceStatus::Unlisted | PlaceStatus::Archived => standing.has_requested,
        PlaceStatus::Draft => false,
    };
    seen.then_some(if standing.is_confirmed { Sight::ConfirmedGuest } else { Sight::Stranger })
}

/// The host, or an admin, who sees as much.
fn is_host(actor: &Actor, place: &PlaceRow) -> bool {
    actor.is_admin() || actor.user_id() == Some(place.owner_id)
}
