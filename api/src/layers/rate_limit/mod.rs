//! How often one client may call: fixed windows from its first call on, in buckets of endpoints.

mod bucket;
mod in_memory;
mod layer;

pub use bucket::{Bucket, LimiterError, Quota, RateLimiter, WINDOW};
pub use in_memory::InMemoryLimiter;
pub(crate) use layer::{RateLimiting, limited};
