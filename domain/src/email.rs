//! E-mail addresses.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::field::Invalid;

/// The longest address accepted, in bytes.
const MAX_BYTES: usize = 120;

/// An address as its owner wrote it; equality ignores case, so that one mailbox belongs to one user.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Takes an address of the form that HTML forms and most mail systems accept: the dot-atom local part of
    /// RFC 5321 and a domain name of at least two labels.
    ///
    /// # Errors
    /// `invalid_email` or `too_long`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let raw = raw.trim();
        if raw.len() > MAX_BYTES {
            return Err(Invalid::new("too_long", format!("Must have at most {MAX_BYTES} bytes.")));
        }
        match raw.rsplit_once('@') {
            Some((local, domain)) if is_local_part(local) && is_domain(domain) => Ok(Self(raw.to_owned())),
            _ => Err(Invalid::new("invalid_email", "Must be an e-mail address, such as ada@example.org.")),
        }
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

fn is_local_part(local: &str) -> bool {
    let is_atom_char = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    local.len() <= 64 && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_char))
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    domain.contains('.') && domain.split('.').all(is_label)
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
