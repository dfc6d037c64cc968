//! How requests are answered: one envelope, entity tags, receipts of commands and lists.

mod envelope;
mod etag;
mod list;
mod receipt;
mod resource;

pub use envelope::{Answer, Envelope};
pub use etag::EntityTag;
pub use resource::Resource;
