//! Who calls: one layer finds out, extractors admit.

mod authenticate;
mod who;

pub use authenticate::LocalOperator;
pub(crate) use authenticate::{Identity, authenticate};
pub(crate) use who::{Admin, Anyone, Auditor, SignedIn, User, Who, Whoever};
