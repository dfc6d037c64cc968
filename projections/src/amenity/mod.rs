//! The catalogue of amenities, in the languages of the house.

mod catalogue;

pub(crate) use catalogue::added;
pub use catalogue::{AmenityRow, Catalogue, all, find, named, names};
