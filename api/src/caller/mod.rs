//! Who calls: one layer finds out, extractors admit, and ask anew after a wait.

mod authenticate;
mod who;

pub use authenticate::LocalOperator;
pub(crate) use authenticate::{Identity, authenticate, authenticate_again};
pub(crate) use who::{Admin, Anyone, Auditor, SignedIn, User, Who, Whoever};
