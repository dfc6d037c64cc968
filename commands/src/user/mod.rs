//! Accounts and sessions, a file per verb.

mod change_profile;
mod close;
mod grant_role;
mod import;
mod refresh;
mod register;
mod sign_in;
mod sign_out;

pub use change_profile::change_profile;
pub use close::close;
pub use grant_role::grant_role;
pub use import::{ImportHost, import};
pub use refresh::refresh;
pub use register::{Register, register};
pub use sign_in::{TokenPair, sign_in};
pub use sign_out::{sign_out, sign_out_everywhere, sign_out_session};
