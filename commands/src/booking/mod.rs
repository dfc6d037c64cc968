//! Bookings, a file per verb.

mod access;
mod cancel;
mod complete;
mod confirm;
mod decline;
mod expire;
mod request;

pub(crate) use access::visible;
pub use cancel::cancel;
pub use complete::complete;
pub use confirm::confirm;
pub use decline::{decline, decline_withdrawn};
pub use expire::expire;
pub use request::{RequestBooking, request};
