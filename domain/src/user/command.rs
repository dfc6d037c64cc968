use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::email::Email;
use crate::patch::Patch;
use crate::text::{Name, Note, Phone};
use crate::user::{PasswordProof, Preferences, Role};
use crate::zone::Zone;

/// What may be asked of a user's account.
#[derive(Debug, Clone, PartialEq)]
pub enum UserCommand {
    /// Make an account.
    Register(Registration),
    /// Make the host of imported listings known.
    Import {
        /// The user's own id.
        user_id: Uuid,
        /// The source's name.
        source: String,
        /// The host's id there.
        source_id: String,
        /// As shown there.
        first_name: Option<Name>,
        /// Now.
        now: Timestamp,
    },
    /// Change the profile.
    ChangeProfile {
        /// What changes.
        changes: ProfileChanges,
        /// Now.
        now: Timestamp,
    },
    /// Grant a role.
    GrantRole {
        /// Which.
        role: Role,
        /// Who grants; nil for the operator.
        by: Uuid,
        /// Why.
        reason: Option<Note>,
        /// Now.
        now: Timestamp,
    },
    /// Take a role back.
    RevokeRole {
        /// Which.
        role: Role,
        /// Who takes it back; nil for the operator.
        by: Uuid,
        /// Why.
        reason: Note,
        /// Now.
        now: Timestamp,
    },
    /// Record that the account's mail reaches its owner.
    VerifyEmail {
        /// Now.
        now: Timestamp,
    },
    /// Record that another password is good from now on.
    ChangePassword {
        /// Names the change to the store of hashes.
        change_id: Uuid,
        /// How its author proved to be the account's owner.
        proof: PasswordProof,
        /// The session that goes on.
        kept_session: Option<Uuid>,
        /// Now.
        now: Timestamp,
    },
    /// Shut the account.
    Suspend {
        /// Who does; nil for the operator.
        by: Uuid,
        /// Why.
        reason: Note,
        /// Now.
        now: Timestamp,
    },
    /// Open a suspended account again.
    Restore {
        /// Who does; nil for the operator.
        by: Uuid,
        /// Why.
        reason: Note,
        /// Now.
        now: Timestamp,
    },
    /// Close the account.
    Close {
        /// Now.
        now: Timestamp,
    },
}

/// The facts of a registration.
#[derive(Debug, Clone, PartialEq)]
pub struct Registration {
    /// The user's own id.
    pub user_id: Uuid,
    /// Unique among open accounts.
    pub email: Email,
    /// Given name.
    pub first_name: Name,
    /// Family name.
    pub last_name: Name,
    /// For texts.
    pub phone: Option<Phone>,
    /// The language of mails.
    pub locale: Option<String>,
    /// Where they are at home.
    pub time_zone: Option<Zone>,
    /// Now.
    pub now: Timestamp,
}

/// New values of a profile. The names cannot be cleared by a person, but read as cleared after erasure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ProfileChanges {
    /// Given name.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub first_name: Patch<Name>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub last_name: Patch<Name>,
    /// For texts.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub phone: Patch<Phone>,
    /// The language of mails.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub locale: Patch<String>,
    /// Where they are at home.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub time_zone: Patch<Zone>,
    /// What they wish of places, and switches of the client such as `{"email_booking": false}`.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub preferences: Patch<Preferences>,
}

impl ProfileChanges {
    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
