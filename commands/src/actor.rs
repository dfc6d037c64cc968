//! Who acts.

use std::collections::BTreeSet;

use domain::user::Role;
use uuid::Uuid;

/// Who issues a command or reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who did not sign in.
    Anonymous,
    /// Somebody who did.
    User {
        /// Who.
        id: Uuid,
        /// With which rights beyond a user's.
        roles: BTreeSet<Role>,
        /// In which session.
        session_id: Uuid,
    },
    /// A timer, or whoever operates the machine: the nil id.
    System,
}

impl Actor {
    /// The user's id, if it is one.
    pub fn user_id(&self) -> Option<Uuid> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Anonymous | Self::System => None,
        }
    }

    /// The id under which idempotency keys are kept and events are signed: the user's, else nil.
    pub fn id(&self) -> Uuid {
        self.user_id().unwrap_or(Uuid::nil())
    }

    /// Whether it may do everything.
    pub fn is_admin(&self) -> bool {
        match self {
            Self::User { roles, .. } => roles.contains(&Role::Admin),
            Self::System => true,
            Self::Anonymous => false,
        }
    }

    /// Whether it may read history and operational state.
    pub fn is_auditor(&self) -> bool {
        match self {
            Self::User { roles, .. } => roles.contains(&Role::Auditor) || roles.contains(&Role::Admin),
            Self::System => true,
            Self::Anonymous => false,
        }
    }
}
