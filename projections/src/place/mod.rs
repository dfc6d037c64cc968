//! Places, as their hosts manage them; how they are found is [`crate::search`].

mod described;
mod hidden;
mod listing;
mod searchable;

pub(crate) use described::hosts_of;
pub use described::{Described, describe, described};
pub(crate) use listing::listed;
pub use listing::{PlaceRow, Places, find, of_owner};
