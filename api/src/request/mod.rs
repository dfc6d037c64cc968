//! Requests as the two sides of the house take them: commands that change something, reads that do not.

mod command;
mod headers;
mod idempotency;
mod read;

pub use command::Command;
pub(crate) use headers::{PREFER, invalid};
pub(crate) use idempotency::IDEMPOTENCY_KEY;
pub use read::Read;
