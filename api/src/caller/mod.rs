//! Who calls: one layer finds out, extractors admit.

mod authenticate;
mod who;

pub(crate) use authenticate::{Identity, authenticate};
pub use authenticate::LocalOperator;
pub use who::{Admin, Anyone, Auditor, SignedIn, User, Who, Whoever};
