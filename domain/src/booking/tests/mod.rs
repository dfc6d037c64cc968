//! Given, when, then: each decision of the aggregate.

mod claims;
mod decisions;
mod matrix;
mod offers;
mod personal_data;
mod properties;

use jiff::{Timestamp, ToSpan};

use super::{BookingCommand, BookingEvent, BookingRequest, BookingStatus, Offer, Party, Price};
use crate::testing::{BOOKING, GUEST, HOST, PLACE, at, eur, nights, text};

/// When the guest asked.
fn requested_at() -> Timestamp {
    at("2026-06-01T12:00:00Z")
}

/// Three nights in Paris, asked for nine days ahead: the host has a day to answer.
fn offer() -> Offer {
    let nights = nights("2026-06-10", "2026-06-13");
    Offer {
        place_id: PLACE,
        host_id: HOST,
        nights,
        guests: 2,
        price: Price::of(eur("120.00"), nights).unwrap(),
        time_zone: "Europe/Paris".parse().unwrap(),
        check_in_at: at("2026-06-10T13:00:00Z"),
        check_out_at: at("2026-06-13T09:00:00Z"),
        expires_at: at("2026-06-02T12:00:00Z"),
        instant: false,
    }
}

fn ask(offer: Offer) -> BookingCommand {
    let message = Some(text("We come by train."));
    BookingCommand::Request(BookingRequest {
        booking_id: BOOKING,
        guest_id: GUEST,
        offer,
        message,
        place_version: 3,
        now: requested_at(),
    })
}

fn requested(offer: Offer) -> BookingEvent {
    let message = Some(text("We come by train."));
    BookingEvent::Requested {
        booking_id: BOOKING,
        guest_id: GUEST,
        offer,
        place_version: 3,
        message,
        at: requested_at(),
    }
}

/// How a booking comes to stand somewhere, the usual way.
fn history(status: BookingStatus) -> Vec<BookingEvent> {
    let (offer, at) = (offer(), requested_at() + 1.hour());
    let confirmed = BookingEvent::Confirmed { by: Party::Host, check_out_at: offer.check_out_at, at };
    let last = match status {
        BookingStatus::Pending => vec![],
        BookingStatus::Confirmed => vec![confirmed],
        BookingStatus::Declined => vec![BookingEvent::Declined { by: Party::Host, reason: None, at }],
        BookingStatus::Cancelled => vec![BookingEvent::Cancelled { by: Party::Guest, reason: None, at }],
        BookingStatus::Expired => vec![BookingEvent::Expired { at: offer.expires_at }],
        BookingStatus::Completed => {
            vec![confirmed, BookingEvent::Completed { by: Party::System, at: offer.check_out_at }]
        }
    };
    [vec![requested(offer)], last].concat()
}
