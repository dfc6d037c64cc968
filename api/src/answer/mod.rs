//! How requests are answered: one envelope, entity tags, receipts of commands, lists.

mod envelope;
mod etag;
mod headers;
mod list;
mod paging;
mod receipt;
mod resource;

pub use envelope::{Answer, Envelope};
pub use etag::{Condition, EntityTag};
pub(crate) use headers::*;
pub use list::List;
pub use paging::Paging;
pub(crate) use paging::{DIGEST_BYTES, PagingParams};
pub use receipt::{Receipt, Settling};
pub use resource::Resource;
