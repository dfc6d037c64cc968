//! People, as others and as they themselves see them.

mod profile;

pub use profile::{Profiles, PublicUserRow, UserRow, find, find_public, search};
