//! People, as others and as they themselves see them.

mod described;
mod profile;

pub use described::{Described, described};
pub use profile::{Profiles, PublicUserRow, UserRow, find, find_public, search};
