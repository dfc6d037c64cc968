//! Passwords: never stored, never logged.

use std::fmt;

use async_trait::async_trait;
use domain::Invalid;

use super::PortError;
use crate::passwords::is_common;

/// A password as its owner typed it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Fewest characters of a new password.
    pub const MIN: usize = 10;
    /// Most characters of a password.
    pub const MAX: usize = 128;

    /// Takes a new password.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `too_common`.
    pub fn choose(raw: &str) -> Result<Self, Invalid> {
        let length = raw.chars().count();
        if length < Self::MIN {
            return Err(Invalid::new("too_short", format!("Must have at least {} characters.", Self::MIN)));
        }
        let password = Self::given(raw)?;
        if is_common(raw) {
            return Err(Invalid::new("too_common", "Must not be a password that many people choose."));
        }
        Ok(password)
    }

    /// Takes a password that somebody signs in with: rules for new passwords do not apply.
    ///
    /// # Errors
    /// `too_long`: hashing it would be work for nothing.
    pub fn given(raw: &str) -> Result<Self, Invalid> {
        if raw.chars().count() > Self::MAX {
            return Err(Invalid::new("too_long", format!("Must have at most {} characters.", Self::MAX)));
        }
        Ok(Self(raw.to_owned()))
    }

    /// The password itself, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Hashes passwords slowly, off the threads that serve requests.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Whether a hash would be taken now: for callers who would do other work first, and for nothing.
    ///
    /// # Errors
    /// When too many hashes wait already.
    fn has_room(&self) -> Result<(), PortError>;

    /// A hash with its parameters and salt, in PHC string format.
    ///
    /// # Errors
    /// When too many hashes wait already.
    async fn hash(&self, password: &Password) -> Result<String, PortError>;

    /// Whether `password` is the one that was hashed. Without a hash the same work is done and the answer is no, so
    /// that the time taken does not tell whether an account exists.
    ///
    /// # Errors
    /// When too many hashes wait already, or the stored hash cannot be read.
    async fn verify(&self, password: &Password, hash: Option<&str>) -> Result<bool, PortError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choosing(raw: &str) -> Result<(), &'static str> {
        Password::choose(raw).map(drop).map_err(|invalid| invalid.code)
    }

    #[test]
    fn a_password_has_10_to_128_characters_however_many_bytes_they_take() {
        assert_eq!(choosing("123456 89"), Err("too_short"));
        assert_eq!(choosing("1é3456 890"), Ok(()));
        assert_eq!(choosing("éàüöñçßøå"), Err("too_short"), "nine characters in eighteen bytes");
        assert_eq!(choosing(&"é".repeat(128)), Ok(()));
        assert_eq!(choosing(&"x".repeat(129)), Err("too_long"));
    }

    #[test]
    fn a_common_password_is_not_chosen_but_may_be_tried() {
        assert_eq!(choosing("Password123"), Err("too_common"));
        assert!(Password::given("Password123").is_ok());
    }
}
