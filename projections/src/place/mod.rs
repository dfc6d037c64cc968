//! Places, as guests find them and as hosts manage them.

mod city;
mod hidden;
mod listing;
mod search;

pub use listing::{PlaceRow, Places, find, of_owner};
pub use search::{Area, PlaceFilter, PlaceSort, PriceRange, search};
