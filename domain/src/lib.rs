//! The rules of HBNB as plain values: aggregates, their commands and events, and the decisions between them.
//!
//! This crate knows nothing of storage, HTTP, clocks or randomness: time, ids and prices enter as data.

pub mod amenity;
pub mod booking;
pub mod claim;
pub mod email;
pub mod field;
pub mod log;
pub mod money;
pub mod nights;
pub mod patch;
pub mod place;
pub mod review;
#[cfg(test)]
mod testing;
pub mod text;
pub mod user;
pub mod zone;

pub use claim::{Claim, ClaimChange};
pub use email::Email;
pub use field::{FieldError, Invalid};
pub use log::{Event, Logged, PersonalData, RecordedEvent, StoredEvent};
pub use money::{Currency, Money};
pub use nights::Nights;
pub use patch::Patch;
