//! Read models: what the log says, laid out for questions.
//!
//! A file per view holds its row, its `apply` and its queries together; [`engine`] carries events from the log to the
//! views, exactly once and rebuildable. Nothing here decides anything, calls out, or knows of commands and HTTP.

pub mod amenity;
pub mod availability;
pub mod booking;
mod cache;
mod columns;
pub mod discovery;
pub mod engine;
mod error;
mod page;
pub mod place;
pub mod review;
pub mod search;
pub mod user;
mod views;

pub use cache::{CacheCounts, ShelfCounts};
pub use engine::{
    Feed, FeedError, FeedFault, FeedItem, OperateError, Projection, ProjectionState, ProjectionStatus, Projectors,
    Waited,
};
pub use error::ReadError;
pub use page::{Key, Listed, PAGED_ROWS, Slice};
pub use views::Views;
