//! Accounts and sessions, a file per verb.

mod change_profile;
mod close;
mod grant_role;
mod import;
mod password;
mod refresh;
mod register;
mod revoke_role;
mod sessions;
mod sign_in;
mod sign_out;
mod suspend;
mod verify_email;

pub use change_profile::change_profile;
pub use close::close;
pub use grant_role::grant_role;
pub use import::{ImportHost, import};
pub(crate) use password::{Change, take_effect};
pub use password::{change_password, forgot_password, reset_password};
pub use refresh::refresh;
pub use register::{Register, register};
pub use revoke_role::revoke_role;
pub use sessions::{end_session, sessions};
pub use sign_in::{TokenPair, sign_in};
pub use sign_out::{sign_out, sign_out_everywhere, sign_out_session};
pub use suspend::{restore, suspend};
pub use verify_email::{request_verification, verify_email};
