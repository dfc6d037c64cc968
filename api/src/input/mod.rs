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

pub use amount::{Amount, PriceChange};
pub(crate) use body::read_body;
pub use body::{Body, NoBody};
pub use fields::Fields;
pub use json::Json;
pub use params::{NoQuery, Params, Query};
pub use path::At;
pub use problems::{Noted, Problems};
pub use value::{Locale, Preferences, Secret, Value};
pub use whole::Whole;
