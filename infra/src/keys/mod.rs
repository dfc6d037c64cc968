//! The secrets this house cannot do without: the master key that wraps the keys of persons, and the keys that sign
//! access tokens. Those that are not configured are made at first start in the data folder.
//!
//! Nothing here logs or prints a key.

mod file;
mod jwt;

use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

pub use file::{KeyFileError, private_folder};
pub use jwt::{InvalidJwtKeys, JwtKey, JwtKeys};

use crate::config::{Config, Secret};

/// The file of the master key within the data folder.
const MASTER_KEY_FILE: &str = "master.key";
/// The file of the token keys within the data folder.
const JWT_KEYS_FILE: &str = "jwt.keys";

/// The keys in force.
pub struct Keys {
    /// 32 bytes that wrap the keys of persons.
    pub master: [u8; 32],
    /// Sign and verify access tokens.
    pub jwt: JwtKeys,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Not a master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 32 bytes in base64, such as `openssl rand -base64 32` prints")]
pub struct InvalidMasterKey;

/// Why the keys are not there.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// A key's file cannot be read or made.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// The file does not hold a master key.
    #[error("{} does not hold the master key: it {problem}; restore it from a backup", .path.display())]
    Master {
        /// The file.
        path: PathBuf,
        /// What it would have to be.
        #[source]
        problem: InvalidMasterKey,
    },
    /// The file, or the setting, does not hold token keys.
    #[error("{} does not hold token keys: it {problem}; delete it and everybody signs in anew", .path.display())]
    Jwt {
        /// The file.
        path: PathBuf,
        /// What it would have to be.
        #[source]
        problem: InvalidJwtKeys,
    },
    /// The configured master key is not one; the configuration has been checked, so this is not met.
    #[error("HBNB_MASTER_KEY {0}")]
    ConfiguredMaster(#[source] InvalidMasterKey),
    /// The configured token keys are not; the configuration has been checked, so this is not met.
    #[error("HBNB_JWT_KEYS {0}")]
    ConfiguredJwt(#[source] InvalidJwtKeys),
}

impl Keys {
    /// The configured keys, else those of the data folder, which are made there if this is the first start. Two
    /// processes that start at once end up with the same keys.
    ///
    /// # Errors
    /// See [`KeysError`].
    pub fn load(config: &Config) -> Result<Self, KeysError> {
        Ok(Self {
            master: load_master(config.master_key.as_ref(), config.data_dir())?,
            jwt: load_jwt(config.jwt_keys.as_ref(), config.data_dir())?,
        })
    }
}

/// Reads a master key from its base64 form.
///
/// # Errors
/// If it is not the base64 form of exactly 32 bytes.
pub fn master_secret(base64: &str) -> Result<[u8; 32], InvalidMasterKey> {
    let bytes = BASE64.decode(base64.trim()).map_err(|_| InvalidMasterKey)?;
    bytes.try_into().map_err(|_| InvalidMasterKey)
}

fn load_master(configured: Option<&Secret>, data_dir: &Path) -> Result<[u8; 32], KeysError> {
    if let Some(secret) = configured {
        return master_secret(secret.expose()).map_err(KeysError::ConfiguredMaster);
    }
    let path = data_dir.join(MASTER_KEY_FILE);
    let text = file::read_or_make(&path, || Ok(BASE64.encode(random_bytes()?)))?;
    master_secret(text.expose()).map_err(|problem| KeysError::Master { path, problem })
}

fn load_jwt(configured: Option<&Secret>, data_dir: &Path) -> Result<JwtKeys, KeysError> {
    if let Some(secret) = configured {
        return JwtKeys::parse(secret.expose()).map_err(KeysError::ConfiguredJwt);
    }
    let path = data_dir.join(JWT_KEYS_FILE);
    let text = file::read_or_make(&path, || Ok(format!("first:{}", BASE64.encode(random_bytes()?))))?;
    JwtKeys::parse(text.expose()).map_err(|problem| KeysError::Jwt { path, problem })
}

fn random_bytes() -> Result<[u8; 32], KeyFileError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(KeyFileError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_at_first_start_and_found_at_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");

        let first = (load_master(None, &data_dir).unwrap(), load_jwt(None, &data_dir).unwrap());
        let second = (load_master(None, &data_dir).unwrap(), load_jwt(None, &data_dir).unwrap());

        assert_eq!(first.0, second.0);
        assert_eq!(first.1.signing().secret(), second.1.signing().secret());
    }

    #[test]
    fn configured_keys_leave_the_data_folder_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");

        let master = load_master(Some(&Secret::new(BASE64.encode([7; 32]))), &data_dir).unwrap();

        assert_eq!(master, [7; 32]);
        assert!(!data_dir.exists());
    }

    #[test]
    fn a_damaged_key_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        load_master(None, &data_dir).unwrap();
        std::fs::write(data_dir.join(MASTER_KEY_FILE), "damaged").unwrap();

        let error = load_master(None, &data_dir).unwrap_err();

        assert!(matches!(error, KeysError::Master { .. }), "{error}");
    }
}
