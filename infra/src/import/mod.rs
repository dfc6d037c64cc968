//! Listings of outside sources: reads Inside Airbnb's exports and sends them to the API in batches.
//!
//! This module knows files and the API, nothing of the log or its tables: what a listing may be is decided behind the
//! API, and a repeat is harmless there.

mod amenities;
mod batch;
mod columns;
mod listing;
mod plain_text;
mod reader;
mod report;
mod upload;

#[cfg(test)]
mod tests;

pub use listing::{Listing, Note};
pub use reader::{ListingReader, ReadError, Rejected, Row};
pub use report::Report;
pub use upload::{UploadError, upload};
