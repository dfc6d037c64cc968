//! `/bookings`

mod answers;
mod list;
mod request;
mod time;
