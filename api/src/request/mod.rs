//! Requests as the two sides of the house take them: commands that change something, reads that do not.

mod command;
mod headers;
mod idempotency;
mod language;
mod min_position;
mod operation;
mod read;
#[cfg(test)]
mod tests;

pub(crate) use command::Command;
pub(crate) use language::{LanguageHeader, Preferred};
pub(crate) use operation::Operation;
pub(crate) use read::Read;
