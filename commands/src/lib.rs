//! The use cases of HBNB, a file per verb: authorise, gather facts, decide, append.
//!
//! This crate knows the domain and the traits in [`ports`]; it knows nothing of SQL, HTTP or read models.

pub mod actor;
pub mod amenity;
pub mod booking;
mod context;
mod error;
mod executor;
pub mod jobs;
pub mod mail;
pub mod passwords;
pub mod place;
pub mod ports;
pub mod reactors;
pub mod review;
mod store;
mod stream;
pub mod user;

pub use actor::Actor;
pub use context::{Context, Idempotency};
pub use error::CommandError;
pub use executor::{Commands, Done, Ports};
pub use ports::PortError;
pub use store::Store;
pub use stream::{Conditions, Stream};
