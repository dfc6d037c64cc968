//! A guest asks for nights.

use domain::Nights;
use domain::booking::{BookingCommand, BookingError, BookingRequest, Offer};
use domain::place::Place;
use domain::text::Note;
use uuid::Uuid;

use crate::actor::Actor;
use crate::context::Context;
use crate::error::CommandError;
use crate::executor::{Commands, Done};
use crate::stream::Stream;

/// What the guest asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestBooking {
    /// Where.
    pub place_id: Uuid,
    /// When.
    pub nights: Nights,
    /// How many people.
    pub guests: u32,
    /// To the host.
    pub message: Option<Note>,
}

/// Requests a booking at the place's terms of this moment. The append checks that the place has not changed since,
/// that the guest's and the host's accounts are still open and not suspended, and that all the nights are free.
///
/// # Errors
/// `Forbidden` where the guest's account is closed or suspended, `NotFound` for a place that the guest cannot see, `Booking` with
/// `NotBookable`, `OwnPlace` or `NightsUnavailable`, `Invalid` for a stay that breaks the place's rules.
pub async fn request(commands: &Commands, context: &Context, wish: RequestBooking) -> Result<Done, CommandError> {
    let guest_id = context.actor.user_id().ok_or(CommandError::Unauthenticated)?;
    let booking_id = Uuid::now_v7();
    commands
        .run(context, || async {
            let guest = commands.ports().users.load(guest_id).await?;
            if !guest.aggregate.is_active() {
                return Err(CommandError::Forbidden);
            }
            let place = commands.ports().places.load(wish.place_id).await?;
            check_visible(&place, &context.actor)?;
            let now = commands.now();
            if place.aggregate.owner_id() == Some(guest_id) {
                return Err(BookingError::OwnPlace.into());
            }
            // Its places are archived a moment after an account is closed, and stay listed while it is suspended: it is
            // the account that counts, before anything is told of the place.
            let host_id = place.aggregate.owner_id().ok_or(CommandError::NotFound)?;
            let host = commands.ports().users.load(host_id).await?;
            if !host.aggregate.is_active() {
                return Err(BookingError::NotBookable.into());
            }
            let offer = Offer::of(wish.place_id, &place.aggregate, wish.nights, wish.guests, now)?;
            let mut stream = Stream::empty(booking_id);
            stream.conditions.depends_on = vec![guest.seen(), place.seen(), host.seen()];
            let (place_version, message) = (place.version, wish.message.clone());
            let request = BookingRequest { booking_id, guest_id, offer, place_version, message, now };
            commands.decide(commands.ports().bookings.as_ref(), context, stream, BookingCommand::Request(request)).await
        })
        .await
}

/// A place that never was on the list is its host's secret; any other was public once, and refuses with a reason.
fn check_visible(place: &Stream<Place>, actor: &Actor) -> Result<(), CommandError> {
    let owner = place.aggregate.owner_id();
    let is_hosts = owner.is_some() && owner == actor.user_id();
    if is_hosts || place.aggregate.was_listed() { Ok(()) } else { Err(CommandError::NotFound) }
}
