//! What of an account is not in the log: its sealing key and its password's hash.

use std::fmt;

use async_trait::async_trait;
use domain::Email;
use uuid::Uuid;

use super::PortError;

/// How an account's owner proves who they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The password's hash, in PHC string format.
    pub password_hash: String,
    /// The account's version at which the password became the good one; 0 for the first one.
    pub version: u64,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials(… of version {})", self.version)
    }
}

/// Keys, password hashes and the claim on an e-mail address.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Makes the key that seals a new person's data and keeps the password's hash, both durable before the account's
    /// first event is appended. If that fails, they are orphans for a sweep.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn prepare(&self, user_id: Uuid, password_hash: Option<&str>) -> Result<(), PortError>;

    /// The user whose open account holds an address, by the claim itself.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn by_email(&self, email: &Email) -> Result<Option<Uuid>, PortError>;

    /// A mark of an address: the same for the same address, and nobody who finds it can tell which one it is of.
    fn address_mark(&self, email: &Email) -> String;

    /// How an account's owner proves who they are; `None` for an account without credentials.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn credentials(&self, user_id: Uuid) -> Result<Option<Credentials>, PortError>;

    /// Keeps the hash of a password that is to be good once the change is in the log. If it never gets there, the hash
    /// is an orphan for a sweep.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn stage_password(&self, change_id: Uuid, user_id: Uuid, password_hash: &str) -> Result<(), PortError>;

    /// Makes a staged password the good one, unless that of a later version of the account is already. A repeat changes
    /// nothing.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn adopt_password(&self, change_id: Uuid, version: u64) -> Result<(), PortError>;

    /// Deletes the password's hash of a closed account.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn forget_credentials(&self, user_id: Uuid) -> Result<(), PortError>;
}
