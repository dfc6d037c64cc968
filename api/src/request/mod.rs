//! Requests as the two sides of the house take them: commands that change something, reads that do not.

mod command;
mod headers;
mod idempotency;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use command::Command;
pub(crate) use headers::invalid;
pub(crate) use read::Read;
