//! What clients send, turned into values of the domain at the edge: nothing behind this module validates again.
//!
//! A verb says how its [`Body`] or [`Query`] is read, field by field, into types that are [`Value`]s. All problems of a
//! request are noted at once, and only then does the reading fail.

mod amount;
mod body;
mod fields;
mod json;
mod params;
mod path;
mod pieces;
mod problems;
mod value;
mod whole;

pub(crate) use amount::Amount;
pub(crate) use body::read_body;
pub(crate) use body::{Body, NoBody};
pub(crate) use fields::Fields;
pub(crate) use json::Json;
pub(crate) use params::{NoQuery, Params, Query};
pub(crate) use path::At;
pub(crate) use problems::Noted;
pub(crate) use value::{Key, Locale, Secret, Value};
pub(crate) use whole::Whole;
