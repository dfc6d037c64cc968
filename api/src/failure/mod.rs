//! How requests fail: the closed table of failures, the error that carries one, and what maps to it.

mod commands;
mod error;
mod operations;
mod page;
mod reads;
mod table;

pub(crate) use error::ApiError;
pub(crate) use page::errors_page;
pub(crate) use table::Failure;
