//! The keys of access tokens: the first one signs, all of them verify, so that keys can be rotated without signing
//! anybody out.

use std::fmt;

/// The shortest secret, in bytes: that of HMAC-SHA-256's output (RFC 7518, section 3.2).
const MIN_SECRET_BYTES: usize = 32;
/// The longest name of a key.
const MAX_KID_BYTES: usize = 64;

/// Keys in the order in which they are preferred; at least one.
#[derive(Clone)]
pub struct JwtKeys {
    signing: JwtKey,
    others: Vec<JwtKey>,
}

/// One key and the name by which tokens refer to it.
#[derive(Clone)]
pub struct JwtKey {
    kid: String,
    secret: Vec<u8>,
}

/// Not a list of keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJwtKeys {
    /// Something that is not `kid:secret`.
    #[error("must be `kid:secret`, or several with commas; the kid has letters, digits, dots, hyphens, underscores")]
    Form,
    /// A secret that can be guessed.
    #[error("must have secrets of at least {MIN_SECRET_BYTES} bytes; that of `{kid}` is shorter")]
    TooShort {
        /// Whose.
        kid: String,
    },
    /// Two keys of one name.
    #[error("must not have two keys named `{kid}`")]
    Repeated {
        /// Which.
        kid: String,
    },
}

impl JwtKeys {
    /// Reads `kid:secret,...`. Secrets are taken byte for byte and may hold anything but a comma.
    ///
    /// # Errors
    /// See [`InvalidJwtKeys`].
    pub fn parse(text: &str) -> Result<Self, InvalidJwtKeys> {
        let mut keys: Vec<JwtKey> = Vec::new();
        for item in text.split(',') {
            let key = JwtKey::parse(item.trim())?;
            if keys.iter().any(|other| other.kid == key.kid) {
                return Err(InvalidJwtKeys::Repeated { kid: key.kid });
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let signing = keys.next().ok_or(InvalidJwtKeys::Form)?;
        Ok(Self { signing, others: keys.collect() })
    }

    /// The key that signs new tokens.
    pub fn signing(&self) -> &JwtKey {
        &self.signing
    }

    /// Every key that verifies, the signing one first.
    pub fn verifying(&self) -> impl Iterator<Item = &JwtKey> {
        std::iter::once(&self.signing).chain(&self.others)
    }
}

impl JwtKey {
    fn parse(text: &str) -> Result<Self, InvalidJwtKeys> {
        let (kid, secret) = text.split_once(':').ok_or(InvalidJwtKeys::Form)?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if !(1..=MAX_KID_BYTES).contains(&kid.len()) || !kid.chars().all(is_name) {
            return Err(InvalidJwtKeys::Form);
        }
        if secret.len() < MIN_SECRET_BYTES {
            return Err(InvalidJwtKeys::TooShort { kid: kid.to_owned() });
        }
        Ok(Self { kid: kid.to_owned(), secret: secret.as_bytes().to_owned() })
    }

    /// The name in a token's header.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The secret itself.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }
}

impl fmt::Debug for JwtKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.verifying()).finish()
    }
}

impl fmt::Debug for JwtKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JwtKey({}: …)", self.kid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "b:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    #[test]
    fn the_first_key_signs_and_all_verify() {
        let keys = JwtKeys::parse(&format!("2026:{A}, 2025:{B}")).unwrap();

        assert_eq!(keys.signing().kid(), "2026");
        assert_eq!(keys.verifying().map(JwtKey::kid).collect::<Vec<_>>(), ["2026", "2025"]);
        assert_eq!(keys.verifying().last().unwrap().secret(), B.as_bytes());
    }

    #[test]
    fn what_could_be_guessed_or_confused_is_refused() {
        let kid = |kid: &str| kid.to_owned();
        for (text, expected) in [
            (String::new(), InvalidJwtKeys::Form),
            (A.to_owned(), InvalidJwtKeys::Form),
            (format!("a b:{A}"), InvalidJwtKeys::Form),
            (format!("a:{A},"), InvalidJwtKeys::Form),
            (format!("a:{}", &A[1..]), InvalidJwtKeys::TooShort { kid: kid("a") }),
            (format!("a:{A},a:{B}"), InvalidJwtKeys::Repeated { kid: kid("a") }),
        ] {
            assert_eq!(JwtKeys::parse(&text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn debug_shows_names_only() {
        let keys = JwtKeys::parse(&format!("2026:{A}")).unwrap();

        assert_eq!(format!("{keys:?}"), "[JwtKey(2026: …)]");
    }
}
