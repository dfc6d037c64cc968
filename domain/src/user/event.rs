use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::email::Email;
use crate::field::Invalid;
use crate::text::{Name, Note, Phone};
use crate::zone::Zone;

/// What happened to a user. Names, e-mail, phone, preferences (a client may write anything there) and the reasons
/// that admins give are sealed in the log and `None` after erasure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum UserEvent {
    /// Somebody made an account.
    Registered {
        /// The user's own id.
        user_id: Uuid,
        /// Where they are reached; claimed while the account is open.
        email: Option<Email>,
        /// Given name.
        first_name: Option<Name>,
        /// Family name.
        last_name: Option<Name>,
        /// As given, for texts.
        phone: Option<Phone>,
        /// The language of mails, such as `fr`.
        locale: Option<String>,
        /// Where they are at home.
        time_zone: Option<Zone>,
        /// When.
        at: Timestamp,
    },
    /// The host of an imported listing: without e-mail and credentials.
    Imported {
        /// The user's own id.
        user_id: Uuid,
        /// The source's name.
        source: String,
        /// The host's id there.
        source_id: String,
        /// As shown there, where known.
        first_name: Option<Name>,
        /// When.
        at: Timestamp,
    },
    /// The profile was changed: a field that is absent stays, `null` clears.
    ProfileChanged {
        /// New values.
        #[serde(flatten)]
        changes: super::ProfileChanges,
        /// When.
        at: Timestamp,
    },
    /// A role was granted.
    RoleGranted {
        /// Which.
        role: Role,
        /// By whom; the nil id is the operator of the machine.
        by: Uuid,
        /// Why.
        reason: Option<Note>,
        /// When.
        at: Timestamp,
    },
    /// A role was taken back.
    RoleRevoked {
        /// Which.
        role: Role,
        /// By whom; the nil id is the operator of the machine.
        by: Uuid,
        /// Why.
        reason: Option<Note>,
        /// When.
        at: Timestamp,
    },
    /// Whoever reads the account's mail has said so.
    EmailVerified {
        /// When.
        at: Timestamp,
    },
    /// Another password is good from now on; its hash is not in the log.
    PasswordChanged {
        /// Names the change to the store of hashes.
        change_id: Uuid,
        /// How its author proved to be the account's owner.
        proof: PasswordProof,
        /// The session that goes on; every other one ends.
        kept_session: Option<Uuid>,
        /// When.
        at: Timestamp,
    },
    /// An admin shut the account: nobody signs in, its places are hidden.
    Suspended {
        /// By whom; the nil id is the operator of the machine.
        by: Uuid,
        /// Why.
        reason: Option<Note>,
        /// When.
        at: Timestamp,
    },
    /// An admin opened a suspended account again.
    Restored {
        /// By whom; the nil id is the operator of the machine.
        by: Uuid,
        /// Why.
        reason: Option<Note>,
        /// When.
        at: Timestamp,
    },
    /// The user closed the account.
    Closed {
        /// When.
        at: Timestamp,
    },
}

/// A right beyond what every user has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads history and operational state.
    Auditor,
    /// Everything.
    Admin,
}

/// What somebody showed who changed a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordProof {
    /// The password before it.
    Password,
    /// A token that was sent to the account's address.
    Mail,
}

impl Role {
    /// The role's name in answers and requests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        match name {
            "auditor" => Ok(Self::Auditor),
            "admin" => Ok(Self::Admin),
            _ => Err(Invalid::new("unknown_role", "Must be auditor or admin.")),
        }
    }
}

impl DomainEvent for UserEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Registered { .. } => "user.registered",
            Self::Imported { .. } => "user.imported",
            Self::ProfileChanged { .. } => "user.profile_changed",
            Self::RoleGranted { .. } => "user.role_granted",
            Self::RoleRevoked { .. } => "user.role_revoked",
            Self::EmailVerified { .. } => "user.email_verified",
            Self::PasswordChanged { .. } => "user.password_changed",
            Self::Suspended { .. } => "user.suspended",
            Self::Restored { .. } => "user.restored",
            Self::Closed { .. } => "user.closed",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
