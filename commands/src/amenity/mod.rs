//! The catalogue of amenities, a file per verb.

mod add;
mod known;

pub use add::{AddAmenity, add};
pub(crate) use known::{check_known, keep_known};
