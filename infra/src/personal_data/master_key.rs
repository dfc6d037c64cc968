//! The one secret that all personal data rests on, and what is derived from it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use sqlx::PgConnection;
use uuid::Uuid;

use super::seal::{PersonKey, SealError, open, random, shut};

/// Wraps the keys of persons, names e-mail addresses in claims and fingerprints requests. Its parts are derived under separate labels, so
/// that none of them says anything about another.
pub struct MasterKey {
    wrapping: [u8; 32],
    emails: [u8; 32],
    requests: [u8; 32],
    fingerprint: [u8; 32],
}

/// Not the base64 form of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 32 bytes in base64")]
pub struct InvalidMasterKey;

/// Why a database does not accept a master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The database's personal data is sealed under another one.
    #[error("this is not the master key that the database was set up with")]
    Mismatch,
    /// The check itself failed.
    #[error("the master key could not be checked")]
    Database(#[from] sqlx::Error),
}

impl MasterKey {
    /// The key made of 32 secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        let derive = |label: &str| keyed_hash(secret, format!("hbnb master key v1: {label}").as_bytes());
        Self {
            wrapping: derive("wrapping"),
            emails: derive("e-mail claims"),
            requests: derive("request digests"),
            fingerprint: derive("fingerprint"),
        }
    }

    /// Reads the base64 form, as configuration holds it.
    ///
    /// # Errors
    /// If the text is not base64 or does not hold exactly 32 bytes.
    pub fn parse(base64: &str) -> Result<Self, InvalidMasterKey> {
        let bytes = BASE64.decode(base64.trim()).map_err(|_| InvalidMasterKey)?;
        Ok(Self::new(&bytes.try_into().map_err(|_| InvalidMasterKey)?))
    }

    /// A new secret in the form that [`MasterKey::parse`] reads.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn generate() -> Result<String, SealError> {
        Ok(BASE64.encode(random::<32>()?))
    }

    /// Remembers this key's fingerprint in a fresh database; later only the same key fits it.
    ///
    /// # Errors
    /// [`MasterKeyError::Mismatch`] if the database was set up with another key: with the wrong one, people would look
    /// broken instead of protected, and new data would be sealed under keys that nobody can unwrap.
    pub async fn verify_or_init(&self, connection: &mut PgConnection) -> Result<(), MasterKeyError> {
        sqlx::query("insert into master_key_check (fingerprint) values ($1) on conflict do nothing")
            .bind(&self.fingerprint[..])
            .execute(&mut *connection)
            .await?;
        let stored: Vec<u8> =
            sqlx::query_scalar("select fingerprint from master_key_check").fetch_one(connection).await?;
        if stored == self.fingerprint { Ok(()) } else { Err(MasterKeyError::Mismatch) }
    }

    /// By what a claim on an e-mail address is known: the claim table never holds the address itself, nor a plain hash
    /// that a list of addresses could be tried against.
    pub fn email_claim(&self, canonical: &str) -> [u8; 32] {
        keyed_hash(&self.emails, canonical.as_bytes())
    }

    /// What is kept of a request's digest: a body may hold a password, which a plain hash of it would betray to whoever
    /// tries a list of passwords.
    pub(crate) fn request_digest(&self, digest: &[u8; 32]) -> [u8; 32] {
        keyed_hash(&self.requests, digest)
    }

    /// Encrypts a person's key, bound to the person: it does not unwrap in anybody else's row.
    pub(super) fn wrap(&self, person: Uuid, key: &PersonKey) -> Result<Vec<u8>, SealError> {
        shut(&self.wrapping, person.as_bytes(), key.bytes())
    }

    pub(super) fn unwrap(&self, person: Uuid, wrapped: &[u8]) -> Option<PersonKey> {
        let bytes = open(&self.wrapping, person.as_bytes(), wrapped)?;
        Some(PersonKey::new(bytes.try_into().ok()?))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(secret)")
    }
}

fn keyed_hash(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // HMAC accepts keys of any length; the type only offers a fallible constructor for them.
    #[expect(clippy::expect_used, reason = "HMAC-SHA256 takes a key of any length (RFC 2104, section 2)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}
