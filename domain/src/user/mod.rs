//! People: guests and hosts are what a user does; auditors and admins are roles granted.

mod aggregate;
mod command;
mod error;
mod event;
mod preferences;
#[cfg(test)]
mod tests;

pub use aggregate::User;
pub use command::{ProfileChanges, Registration, UserCommand};
pub use error::UserError;
pub use event::{PasswordProof, Role, UserEvent};
pub use preferences::{Preferences, Radius, WishedLocation, Wishes};
