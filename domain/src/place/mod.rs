//! Places that hosts let, with the nights they keep to themselves.

mod aggregate;
mod command;
mod coordinates;
mod error;
mod event;
#[cfg(test)]
mod tests;

pub use aggregate::{CALENDAR_MONTHS, Place};
pub use command::{NewPlace, PlaceCommand};
pub use coordinates::{Coordinates, LocationPrecision};
pub use error::PlaceError;
pub use event::{AmenityCode, PlaceChanges, PlaceDetails, PlaceEvent, PlaceStatus};
