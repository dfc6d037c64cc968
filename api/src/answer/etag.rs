//! Entity tags `"<version>-<digest of data>"`, and the conditions that requests make with them.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// Bytes of the digest in a tag: enough that two states of one resource never share a tag by chance.
const DIGEST_BYTES: usize = 12;

/// The tag of one representation of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntityTag {
    /// The resource's version: what `If-Match` compares.
    pub(crate) version: u64,
    digest: String,
}

impl EntityTag {
    /// The tag of `data`, the JSON of a resource at a version.
    pub(crate) fn of(version: u64, data: &str) -> Self {
        let digest = Sha256::digest(data.as_bytes()).iter().take(DIGEST_BYTES).fold(
            String::with_capacity(2 * DIGEST_BYTES),
            |mut hex, byte| {
                hex.extend([byte >> 4, byte & 0xf].map(|nibble| char::from_digit(nibble.into(), 16).unwrap_or('0')));
                hex
            },
        );
        Self { version, digest }
    }
}

impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}-{}\"", self.version, self.digest)
    }
}

/// A tag in a condition, as the client wrote it between its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConditionTag {
    opaque: String,
    weak: bool,
}

/// What `If-Match` and `If-None-Match` hold (RFC 9110, 13.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    /// `*`: whatever there is.
    Any,
    /// One of these.
    OneOf(Vec<ConditionTag>),
}

/// The header is neither `*` nor a list of quoted tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MalformedCondition;

impl FromStr for Condition {
    type Err = MalformedCondition;

    fn from_str(header: &str) -> Result<Self, MalformedCondition> {
        if header.trim() == "*" {
            return Ok(Self::Any);
        }
        let mut tags = Vec::new();
        let mut rest = header.trim();
        while !rest.is_empty() {
            let (weak, tag) = rest.strip_prefix("W/").map_or((false, rest), |tag| (true, tag));
            let (opaque, after) =
                tag.strip_prefix('"').and_then(|tag| tag.split_once('"')).ok_or(MalformedCondition)?;
            tags.push(ConditionTag { opaque: opaque.to_owned(), weak });
            rest = after.trim_start();
            if !rest.is_empty() {
                rest = rest.strip_prefix(',').ok_or(MalformedCondition)?.trim_start();
            }
        }
        if tags.is_empty() { Err(MalformedCondition) } else { Ok(Self::OneOf(tags)) }
    }
}

impl Condition {
    /// Whether the client has this very representation (weak comparison, as `If-None-Match` asks for).
    pub(crate) fn names(&self, tag: &EntityTag) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => {
                let quoted = tag.to_string();
                tags.iter().any(|tag| tag.opaque == quoted.trim_matches('"'))
            }
        }
    }

    /// The versions that a command may change (strong comparison, as `If-Match` asks for): `None` for any. A weak tag
    /// and one that is not ours name no version, so that a condition may well allow none.
    pub(crate) fn versions(&self) -> Option<Vec<u64>> {
        match self {
            Self::Any => None,
            Self::OneOf(tags) => Some(tags.iter().filter(|tag| !tag.weak).filter_map(ConditionTag::version).collect()),
        }
    }
}

impl ConditionTag {
    fn version(&self) -> Option<u64> {
        self.opaque.split_once('-')?.0.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(header: &str) -> Condition {
        header.parse().unwrap()
    }

    #[test]
    fn a_tag_tells_version_and_content() {
        let tag = EntityTag::of(7, r#"{"a":1}"#);
        assert!(tag.to_string().starts_with("\"7-"), "{tag}");
        assert_ne!(tag, EntityTag::of(7, r#"{"a":2}"#));
        assert!(condition(&tag.to_string()).names(&tag));
        assert!(!condition(&tag.to_string()).names(&EntityTag::of(7, r#"{"a":2}"#)));
    }

    #[test]
    fn lists_stars_and_weak_tags_are_understood() {
        assert_eq!(condition("*").versions(), None);
        assert_eq!(condition(r#""3-ab", "5-cd""#).versions(), Some(vec![3, 5]));
        assert_eq!(condition(r#"W/"3-ab""#).versions(), Some(vec![]));
        assert_eq!(condition(r#""somebody else's""#).versions(), Some(vec![]));
        let tag = EntityTag::of(3, "1");
        assert!(condition(&format!("\"1-x\", W/{tag}")).names(&tag), "If-None-Match compares weakly");
    }

    #[test]
    fn anything_else_is_malformed() {
        for header in ["", "3-ab", "\"open", "\"a\" \"b\"", "W/*"] {
            assert_eq!(header.parse::<Condition>(), Err(MalformedCondition), "{header}");
        }
    }
}
