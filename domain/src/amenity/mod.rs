//! Amenities: the catalogue of what a place may offer, by stable codes.
//!
//! The usual ones are built in; what an admin adds to them is recorded in the log. A code is never taken back.

mod aggregate;
mod command;
mod error;
mod event;
mod language;
mod standard;
#[cfg(test)]
mod tests;

pub use aggregate::Amenity;
pub use command::{AmenityCommand, NewAmenity};
pub use error::AmenityError;
pub use event::{AmenityEvent, AmenityName};
pub use language::Language;
pub use standard::{STANDARD, Standard, standard};
