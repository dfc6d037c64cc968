//! The OpenAPI document: endpoints describe what is special about them, the conventions are added here to all.

mod alternatives;
mod bodies;
mod complete;
mod document;
mod links;
mod parts;
mod schemas;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use complete::{complete, document_limit};
pub(crate) use document::document;
pub(crate) use schemas::{MoneyBody, Success};
