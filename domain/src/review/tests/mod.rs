//! Given, when, then: each decision about a review, and what holds whoever is first.

mod decisions;
mod opinions;
mod race;
mod record;

use std::collections::BTreeMap;

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    Categories, Category, Counterpart, NewReview, Occasion, Opinion, ReviewCommand, ReviewEvent, Stars, Subject,
};
use crate::testing::{BOOKING, GUEST, HOST, PLACE, at, text};

const REVIEW: Uuid = Uuid::from_u128(6);

fn completed_at() -> Timestamp {
    at("2026-06-13T09:00:00Z")
}

/// Fourteen days later, to the second.
fn over_at() -> Timestamp {
    at("2026-06-27T09:00:00Z")
}

/// When it was written: the next day.
fn written_at() -> Timestamp {
    at("2026-06-14T10:00:00Z")
}

fn stars(number: u64) -> Stars {
    Stars::new(number).unwrap()
}

fn categories() -> Categories {
    BTreeMap::from([(Category::Cleanliness, stars(5)), (Category::Communication, stars(3))])
}

fn opinion() -> Opinion {
    Opinion { rating: stars(4), categories: categories(), text: Some(text("Bright.\nQuiet.")) }
}

fn facts(subject: Subject) -> NewReview {
    NewReview {
        review_id: REVIEW,
        booking_id: BOOKING,
        place_id: PLACE,
        guest_id: GUEST,
        host_id: HOST,
        subject,
        opinion: opinion(),
        completed_at: Some(completed_at()),
        counterpart: Counterpart::Missing,
        now: written_at(),
    }
}

fn submitted(subject: Subject) -> ReviewEvent {
    ReviewEvent::Submitted {
        review_id: REVIEW,
        booking_id: BOOKING,
        place_id: PLACE,
        guest_id: GUEST,
        host_id: HOST,
        subject,
        rating: Some(stars(4)),
        categories: Some(categories()),
        text: Some(text("Bright.\nQuiet.")),
        window_end: over_at(),
        at: written_at(),
    }
}

fn published(subject: Subject, occasion: Occasion, at: Timestamp) -> ReviewEvent {
    ReviewEvent::Published {
        booking_id: BOOKING,
        place_id: PLACE,
        author_id: subject.author(GUEST, HOST),
        subject,
        rating: stars(4),
        categories: categories(),
        occasion,
        at,
    }
}

fn replied() -> ReviewEvent {
    ReviewEvent::Replied { text: Some(text("Come again!")), at: over_at() }
}

fn hidden() -> ReviewEvent {
    ReviewEvent::Hidden { by: Uuid::nil(), reason: Some(text("An insult.")), at: over_at() }
}

fn publish(counterpart: Counterpart, now: Timestamp) -> ReviewCommand {
    ReviewCommand::Publish { counterpart, now }
}

fn reply() -> ReviewCommand {
    ReviewCommand::Reply { text: text("Come again!"), now: over_at() }
}

fn hide() -> ReviewCommand {
    ReviewCommand::Hide { by: Uuid::nil(), reason: text("An insult."), now: over_at() }
}
