//! How requests are answered: one envelope, entity tags, receipts of commands, lists.

mod envelope;
mod etag;
mod headers;
mod list;
mod paging;
mod receipt;
mod resource;

pub(crate) use envelope::{Answer, Envelope};
pub(crate) use etag::{Condition, EntityTag};
pub(crate) use list::List;
pub(crate) use paging::Paging;
pub(crate) use paging::{DIGEST_BYTES, PagingParams};
pub(crate) use receipt::{Receipt, Settling};
pub(crate) use resource::Resource;
