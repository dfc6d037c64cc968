//! The HTTP side of HBNB: a file per verb, and the conventions that hold for all of them.
//!
//! A request passes the [`layers`] in the order of [`router`], is read by the extractors of [`request`] into values of
//! the domain, goes to a use case of `commands` or a query of `projections`, and is answered through [`answer`] or
//! [`failure`]. This crate knows nothing of SQL, of the adapters behind the ports, or of how the process was started.

mod answer;
mod caller;
mod failure;
mod input;
mod layers;
mod request;
