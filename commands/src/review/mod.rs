//! Reviews, a file per verb.

mod hide;
mod publish;
mod reply;
mod submit;

pub use hide::hide;
pub use publish::{publish, publish_pair};
pub use reply::reply;
pub use submit::submit;
