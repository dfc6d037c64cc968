//! Reviews, as their authors and as others see them, and what they come to on average.

mod due;
mod rating;
mod search;
mod written;

pub use due::{DueRow, due};
pub use rating::{Rated, Rating, Tally, rating, ratings};
pub use search::{ReviewsOf, list};
pub(crate) use written::rated_by;
pub use written::{Reply, ReviewRow, Reviews, find};
