//! Reviews: what guest and host say of each other after a stay.
//!
//! Neither learns anything of the other's before both are in, or the time to write is over: see [`Review::decide`].

mod aggregate;
mod command;
mod error;
mod event;
mod opinion;
#[cfg(test)]
mod tests;

pub use aggregate::{Review, WINDOW, window_end};
pub use command::{Counterpart, NewReview, ReviewCommand};
pub use error::ReviewError;
pub use event::{Occasion, ReviewEvent, ReviewStage, Subject};
pub use opinion::{Categories, Category, Opinion, Stars};
