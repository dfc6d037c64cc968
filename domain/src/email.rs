//! E-mail addresses.

use std::fmt;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

use crate::field::Invalid;

/// The longest address accepted, in bytes.
const MAX_BYTES: usize = 120;

/// An address as its owner wrote it; equality ignores case, so that one mailbox belongs to one user.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Takes an address by the grammar of RFC 5321 whose domain is a name of at least two labels. Only ASCII, as an
    /// address with look-alike letters is somebody else's (international domains in their `xn--` form), and no quoted
    /// local part, which many systems on the way refuse.
    ///
    /// # Errors
    /// `invalid_email` or `too_long`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let raw = raw.trim();
        if raw.len() > MAX_BYTES {
            return Err(Invalid::new("too_long", format!("Must have at most {MAX_BYTES} bytes.")));
        }
        let form = Options::default().with_required_tld().without_domain_literal().without_display_text();
        let is_plain = raw.is_ascii() && !raw.contains('"');
        if !is_plain || EmailAddress::parse_with_options(raw, form).is_err() {
            return Err(Invalid::new("invalid_email", "Must be an e-mail address, such as ada@example.org."));
        }
        Ok(Self(raw.to_owned()))
    }

    /// The address as its owner wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which two spellings of one address are recognised.
    pub fn canonical(&self) -> String {
        self.0.to_lowercase()
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}

impl Eq for Email {}

impl std::hash::Hash for Email {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.canonical().hash(state);
    }
}

impl PartialOrd for Email {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Email {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.canonical().cmp(&other.canonical())
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
