//! Bookings, as their guests and hosts see them.

mod search;
mod stay;

pub use search::{BookingFilter, BookingsOf, list};
pub use stay::{BookingRow, Bookings, Cancellation, GuestStanding, TimelineEntry, find, guest_standing, has_asked};
