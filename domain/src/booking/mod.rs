//! Bookings: from a guest's request to the end of the stay.

mod aggregate;
mod command;
mod error;
mod event;
mod offer;
mod price;
#[cfg(test)]
mod tests;

pub use aggregate::Booking;
pub use command::{BookingCommand, BookingRequest};
pub use error::BookingError;
pub use event::{BookingEvent, BookingStatus, Party};
pub use offer::{Offer, Terms, first_bookable_night};
pub use price::{LineKind, Price, PriceLine};
