//! Who somebody is: passwords, sessions, access tokens. Everything here is outside the log, so that it can be
//! forgotten; nothing here is logged.

mod account_tokens;
mod accounts;
mod clock;
mod open_sessions;
mod password;
mod random_token;
mod rotation;
mod sessions;
mod tokens;
mod zones;

#[cfg(test)]
mod tests;

pub use account_tokens::PgAccountTokens;
pub use accounts::PgAccounts;
pub use clock::SystemClock;
pub use open_sessions::OpenSessions;
pub use password::{Argon2Hasher, PasswordError};
pub use sessions::PgSessions;
pub use tokens::JwtTokens;
pub use zones::TzfZones;
