//! What becomes of it: the aggregates decide, the claims guard.

use std::collections::BTreeMap;

use domain::booking::{Booking, BookingCommand, BookingRequest, Offer};
use domain::place::{Place, PlaceCommand};
use domain::review::{Category, Counterpart, NewReview, Opinion, Review, ReviewCommand, Stars, Subject};
use domain::user::{User, UserCommand};
use domain::{Claim, ClaimChange, Event, Logged, Nights};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use super::act::{Act, booking_id, nights_from, place_id, review_id, user_id};
use crate::events::{at, text};

/// What the log would hold: aggregates, claims and time.
pub(super) struct World {
    users: BTreeMap<Uuid, User>,
    places: BTreeMap<Uuid, Place>,
    /// By number; a new one is the last.
    bookings: Vec<Booking>,
    reviews: Vec<Review>,
    claims: BTreeMap<Claim, Uuid>,
    now: Timestamp,
}

impl World {
    pub(super) fn new() -> Self {
        let (users, places, claims) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { users, places, bookings: vec![], reviews: vec![], claims, now: at(0) }
    }

    /// The events of one act; none where the rules refuse it.
    pub(super) fn act(&mut self, act: Act) -> Vec<(Uuid, Event)> {
        match act {
            Act::User(number, command) => self.user(number, command),
            Act::Place(number, command) => self.place(number, command),
            Act::Ask { place, guest, days, nights } => self.ask(place, guest, nights_from(self.now, days, nights)),
            Act::Booking(back, command) => match self.bookings.len().checked_sub(back + 1) {
                Some(number) => self.booking(number, dated(command, self.now)),
                None => vec![],
            },
            Act::Write { booking, subject, stars } => match self.bookings.len().checked_sub(booking + 1) {
                Some(number) => self.write(number, subject, stars),
                None => vec![],
            },
            Act::Review(back, command) => match self.reviews.len().checked_sub(back + 1) {
                Some(number) => self.review(number, command),
                None => vec![],
            },
            Act::TimePasses(seconds) => {
                self.now += seconds.seconds();
                vec![]
            }
            Act::ViewsFollow { .. } => vec![],
        }
    }

    fn user(&mut self, number: u128, mut command: UserCommand) -> Vec<(Uuid, Event)> {
        let id = user_id(number);
        match &mut command {
            UserCommand::Register(facts) => (facts.user_id, facts.now) = (id, self.now),
            UserCommand::Import { now, .. }
            | UserCommand::ChangeProfile { now, .. }
            | UserCommand::GrantRole { now, .. }
            | UserCommand::RevokeRole { now, .. }
            | UserCommand::VerifyEmail { now }
            | UserCommand::ChangePassword { now, .. }
            | UserCommand::Suspend { now, .. }
            | UserCommand::Restore { now, .. }
            | UserCommand::Close { now } => *now = self.now,
        }
        let state = self.users.entry(id).or_default();
        let Ok(events) = state.decide(command) else { return vec![] };
        record(state, &mut self.claims, events).into_iter().map(|event| (id, Event::User(event))).collect()
    }

    fn place(&mut self, number: u128, mut command: PlaceCommand) -> Vec<(Uuid, Event)> {
        let id = place_id(number);
        let state = self.places.entry(id).or_default();
        match &mut command {
            PlaceCommand::Create(facts) => (facts.place_id, facts.now) = (id, self.now),
            PlaceCommand::Unblock { block_id, now } => {
                (*block_id, *now) = (state.blocks().next().map_or(Uuid::nil(), |(id, _)| id), self.now);
            }
            PlaceCommand::Change { now, .. }
            | PlaceCommand::Publish { now }
            | PlaceCommand::Unpublish { now }
            | PlaceCommand::Archive { now }
            | PlaceCommand::Withhold { now, .. }
            | PlaceCommand::Release { now, .. }
            | PlaceCommand::Block { now, .. } => *now = self.now,
        }
        let Ok(events) = state.decide(command) else { return vec![] };
        record(state, &mut self.claims, events).into_iter().map(|event| (id, Event::Place(event))).collect()
    }

    fn ask(&mut self, place: u128, guest: u128, nights: Nights) -> Vec<(Uuid, Event)> {
        let state = self.places.entry(place_id(place)).or_default();
        let Ok(offer) = Offer::of(place_id(place), state, nights, 1, self.now) else { return vec![] };
        let booking_id = booking_id(self.bookings.len());
        let facts = BookingRequest {
            booking_id,
            guest_id: user_id(guest),
            offer,
            place_version: 1,
            message: None,
            now: self.now,
        };
        self.bookings.push(Booking::default());
        self.booking(self.bookings.len() - 1, BookingCommand::Request(facts))
    }

    fn booking(&mut self, number: usize, command: BookingCommand) -> Vec<(Uuid, Event)> {
        let state = &mut self.bookings[number];
        let Ok(events) = state.decide(command) else { return vec![] };
        let events = record(state, &mut self.claims, events);
        if state.status().is_none() {
            self.bookings.remove(number);
        }
        events.into_iter().map(|event| (booking_id(number), Event::Booking(event))).collect()
    }

    fn write(&mut self, number: usize, subject: Subject, stars: u64) -> Vec<(Uuid, Event)> {
        let stay = &self.bookings[number];
        let (Some(offer), Some(guest_id)) = (stay.offer(), stay.guest_id()) else { return vec![] };
        let stars = Stars::new(stars).unwrap();
        let categories = BTreeMap::from([(Category::Cleanliness, stars)]);
        let facts = NewReview {
            review_id: review_id(self.reviews.len()),
            booking_id: booking_id(number),
            place_id: offer.place_id,
            guest_id,
            host_id: offer.host_id,
            subject,
            opinion: Opinion { rating: stars, categories, text: Some(text("Quiet")) },
            completed_at: stay.completed_at(),
            counterpart: Counterpart::Missing,
            now: self.now,
        };
        self.reviews.push(Review::default());
        self.review(self.reviews.len() - 1, ReviewCommand::Submit(facts))
    }

    fn review(&mut self, number: usize, mut command: ReviewCommand) -> Vec<(Uuid, Event)> {
        let own = &self.reviews[number];
        let other = self.reviews.iter().find(|review| {
            review.booking_id() == own.booking_id() && review.subject().is_some() && review.subject() != own.subject()
        });
        match &mut command {
            ReviewCommand::Submit(facts) => facts.now = self.now,
            ReviewCommand::Publish { counterpart, now } => {
                *counterpart = other.map_or(Counterpart::Missing, Review::as_counterpart);
                *now = self.now;
            }
            ReviewCommand::Reply { now, .. } | ReviewCommand::Hide { now, .. } => *now = self.now,
        }
        let state = &mut self.reviews[number];
        let events = state.decide(command).map(|events| record(state, &mut self.claims, events)).unwrap_or_default();
        if state.stage().is_none() {
            self.reviews.remove(number);
        }
        events.into_iter().map(|event| (review_id(number), Event::Review(event))).collect()
    }

    /// The nights that somebody holds, as the table of the view has them.
    pub(super) fn nights(&self) -> Vec<(Uuid, jiff::civil::Date, Uuid)> {
        let night = |(claim, holder): (&Claim, &Uuid)| match claim {
            Claim::Night { place_id, night } => Some((*place_id, *night, *holder)),
            Claim::Email(_) | Claim::Import { .. } | Claim::Review { .. } | Claim::Amenity(_) => None,
        };
        self.claims.iter().filter_map(night).collect()
    }
}

fn dated(mut command: BookingCommand, at: Timestamp) -> BookingCommand {
    match &mut command {
        BookingCommand::Request(facts) => facts.now = at,
        BookingCommand::Confirm { now }
        | BookingCommand::Decline { now, .. }
        | BookingCommand::Cancel { now, .. }
        | BookingCommand::Expire { now }
        | BookingCommand::Complete { now, .. } => *now = at,
    }
    command
}

/// What the appender does: all of a command's events, or none where somebody else holds what they claim.
fn record<A: Logged>(state: &mut A, claims: &mut BTreeMap<Claim, Uuid>, events: Vec<A::Event>) -> Vec<A::Event> {
    let (mut next, mut held) = (state.clone(), claims.clone());
    for event in &events {
        for change in next.claims(event) {
            match change {
                ClaimChange::Take { claim, holder } => {
                    if *held.entry(claim).or_insert(holder) != holder {
                        return vec![];
                    }
                }
                ClaimChange::Release { claim, holder } => {
                    if held.get(&claim) == Some(&holder) {
                        held.remove(&claim);
                    }
                }
            }
        }
        next.apply(event.clone());
    }
    (*state, *claims) = (next, held);
    events
}
