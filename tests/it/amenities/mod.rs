//! `/amenities`, and what places have of them.

mod catalogue;
mod places;
