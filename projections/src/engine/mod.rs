//! Carries events from the log to the views: each exactly once, in order, and again from the start when asked.
//!
//! - [`Feed`] is where events come from, [`Projection`] is what takes them, a *checkpoint* is how far it has got.
//! - `step` advances checkpoints by one batch in one transaction; any number of processes may try, one advances.
//! - [`Projectors`] drives steps: from a worker, and from whoever waits for its own write.
//! - `operate` is what a person does about a projection: rebuild, resume, park.

mod checkpoint;
mod drive;
mod feed;
mod operate;
pub(crate) mod pacing;
mod projection;
mod status;
mod step;
mod worker;

pub(crate) use checkpoint::{MAX_ATTEMPTS, Standing, standings};
pub use drive::{Projectors, Waited};
pub use feed::{Feed, FeedError, FeedFault, FeedItem};
pub use operate::{OperateError, Rebuilt};
pub use projection::{ApplyError, Projection};
pub use status::{ProjectionState, ProjectionStatus};
pub(crate) use step::chain;
pub(crate) use worker::woken;
