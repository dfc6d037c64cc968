use std::collections::BTreeSet;

use cqrs_es::{Aggregate, event_sink::EventSink};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Preferences, ProfileChanges, Registration, Role, UserCommand, UserError, UserEvent};
use crate::claim::{Claim, ClaimChange};
use crate::email::Email;
use crate::log::{Logged, PersonalData};
use crate::text::{Name, Note, Phone};
use crate::zone::Zone;

/// A user's account as far as decisions need it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    id: Option<Uuid>,
    email: Option<Email>,
    profile: Profile,
    roles: BTreeSet<Role>,
    email_verified: bool,
    password_change: Option<Uuid>,
    suspended: bool,
    closed: bool,
}

/// The values that a person may change.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Profile {
    first_name: Option<Name>,
    last_name: Option<Name>,
    phone: Option<Phone>,
    locale: Option<String>,
    time_zone: Option<Zone>,
    preferences: Option<Preferences>,
}

impl Profile {
    fn apply(&mut self, changes: ProfileChanges) {
        changes.first_name.apply(&mut self.first_name);
        changes.last_name.apply(&mut self.last_name);
        changes.phone.apply(&mut self.phone);
        changes.locale.apply(&mut self.locale);
        changes.time_zone.apply(&mut self.time_zone);
        changes.preferences.apply(&mut self.preferences);
    }

    /// What of `changes` is new.
    fn difference(&self, changes: ProfileChanges) -> ProfileChanges {
        ProfileChanges {
            first_name: changes.first_name.against(self.first_name.as_ref()),
            last_name: changes.last_name.against(self.last_name.as_ref()),
            phone: changes.phone.against(self.phone.as_ref()),
            locale: changes.locale.against(self.locale.as_ref()),
            time_zone: changes.time_zone.against(self.time_zone.as_ref()),
            preferences: changes.preferences.against(self.preferences.as_ref()),
        }
    }
}

impl User {
    /// Whether the account was made and not closed.
    pub fn is_open(&self) -> bool {
        self.id.is_some() && !self.closed
    }

    /// Whether an admin has shut the account.
    pub fn is_suspended(&self) -> bool {
        self.suspended
    }

    /// Whether its owner may sign in, book and let places: open and not suspended.
    pub fn is_active(&self) -> bool {
        self.is_open() && !self.suspended
    }

    /// Where its owner is reached; `None` for the host of imported listings, and after erasure.
    pub fn email(&self) -> Option<&Email> {
        self.email.as_ref()
    }

    /// Whether mail to that address is known to reach its owner.
    pub fn has_verified_email(&self) -> bool {
        self.email_verified
    }

    /// The last change of its password; `None` while the first one is good.
    pub fn password_change(&self) -> Option<Uuid> {
        self.password_change
    }

    /// The given and the family name.
    pub fn names(&self) -> (Option<&Name>, Option<&Name>) {
        (self.profile.first_name.as_ref(), self.profile.last_name.as_ref())
    }

    /// The language of mails, such as `fr`.
    pub fn locale(&self) -> Option<&str> {
        self.profile.locale.as_deref()
    }

    /// The roles granted.
    pub fn roles(&self) -> &BTreeSet<Role> {
        &self.roles
    }

    /// The decision: pure, on this state and the command alone.
    ///
    /// # Errors
    /// See [`UserError`].
    pub fn decide(&self, command: UserCommand) -> Result<Vec<UserEvent>, UserError> {
        match command {
            UserCommand::Register(_) | UserCommand::Import { .. } if self.id.is_some() => {
                Err(UserError::AlreadyRegistered)
            }
            UserCommand::Register(facts) => Ok(vec![registered(facts)]),
            UserCommand::Import { user_id, source, source_id, first_name, now } => {
                Ok(vec![UserEvent::Imported { user_id, source, source_id, first_name, at: now }])
            }
            _ if !self.is_open() => Err(UserError::NotFound),
            UserCommand::ChangeProfile { changes, now } => {
                let changes = self.profile.difference(changes);
                Ok(if changes.is_empty() { vec![] } else { vec![UserEvent::ProfileChanged { changes, at: now }] })
            }
            UserCommand::GrantRole { role, .. } if self.roles.contains(&role) => Ok(vec![]),
            UserCommand::GrantRole { role, by, reason, now } => {
                Ok(vec![UserEvent::RoleGranted { role, by, reason, at: now }])
            }
            UserCommand::RevokeRole { role, .. } if !self.roles.contains(&role) => Ok(vec![]),
            UserCommand::RevokeRole { role, by, reason, now } => {
                Ok(vec![UserEvent::RoleRevoked { role, by, reason: Some(reason), at: now }])
            }
            UserCommand::VerifyEmail { .. } if self.email_verified => Ok(vec![]),
            UserCommand::VerifyEmail { now } => Ok(vec![UserEvent::EmailVerified { at: now }]),
            UserCommand::ChangePassword { change_id, proof, kept_session, now } => {
                Ok(vec![UserEvent::PasswordChanged { change_id, proof, kept_session, at: now }])
            }
            UserCommand::Suspend { by, reason, now } => self.suspend(by, reason, now),
            UserCommand::Restore { .. } if !self.suspended => Ok(vec![]),
            UserCommand::Restore { by, reason, now } => {
                Ok(vec![UserEvent::Restored { by, reason: Some(reason), at: now }])
            }
            UserCommand::Close { now } => Ok(vec![UserEvent::Closed { at: now }]),
        }
    }
}

impl User {
    fn suspend(&self, by: Uuid, reason: Note, now: Timestamp) -> Result<Vec<UserEvent>, UserError> {
        match (self.id == Some(by), self.suspended) {
            (true, _) => Err(UserError::Oneself),
            (false, true) => Ok(vec![]),
            (false, false) => Ok(vec![UserEvent::Suspended { by, reason: Some(reason), at: now }]),
        }
    }
}

fn registered(facts: Registration) -> UserEvent {
    UserEvent::Registered {
        user_id: facts.user_id,
        email: Some(facts.email),
        first_name: Some(facts.first_name),
        last_name: Some(facts.last_name),
        phone: facts.phone,
        locale: facts.locale,
        time_zone: facts.time_zone,
        at: facts.now,
    }
}

impl Aggregate for User {
    const TYPE: &'static str = "user";
    type Command = UserCommand;
    type Event = UserEvent;
    type Error = UserError;
    type Services = ();

    async fn handle(&mut self, command: UserCommand, (): &(), sink: &EventSink<Self>) -> Result<(), UserError> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: UserEvent) {
        match event {
            UserEvent::Registered { user_id, email, first_name, last_name, phone, locale, time_zone, at: _ } => {
                self.id = Some(user_id);
                self.email = email;
                self.profile = Profile { first_name, last_name, phone, locale, time_zone, preferences: None };
            }
            UserEvent::Imported { user_id, source: _, source_id: _, first_name, at: _ } => {
                self.id = Some(user_id);
                self.profile.first_name = first_name;
            }
            UserEvent::ProfileChanged { changes, at: _ } => self.profile.apply(changes),
            UserEvent::RoleGranted { role, by: _, reason: _, at: _ } => {
                self.roles.insert(role);
            }
            UserEvent::RoleRevoked { role, by: _, reason: _, at: _ } => {
                self.roles.remove(&role);
            }
            UserEvent::EmailVerified { at: _ } => self.email_verified = true,
            UserEvent::PasswordChanged { change_id, proof: _, kept_session: _, at: _ } => {
                self.password_change = Some(change_id);
            }
            UserEvent::Suspended { by: _, reason: _, at: _ } => self.suspended = true,
            UserEvent::Restored { by: _, reason: _, at: _ } => self.suspended = false,
            UserEvent::Closed { at: _ } => self.closed = true,
        }
    }
}

impl Logged for User {
    fn claims(&self, event: &UserEvent) -> Vec<ClaimChange> {
        match event {
            UserEvent::Registered { user_id, email: Some(email), .. } => {
                vec![ClaimChange::Take { claim: Claim::Email(email.clone()), holder: *user_id }]
            }
            UserEvent::Imported { user_id, source, source_id, .. } => {
                let claim = Claim::Import { source: source.clone(), id: source_id.clone() };
                vec![ClaimChange::Take { claim, holder: *user_id }]
            }
            UserEvent::Closed { .. } => match (&self.email, self.id) {
                (Some(email), Some(id)) => {
                    vec![ClaimChange::Release { claim: Claim::Email(email.clone()), holder: id }]
                }
                _ => vec![],
            },
            UserEvent::Registered { email: None, .. }
            | UserEvent::ProfileChanged { .. }
            | UserEvent::RoleGranted { .. }
            | UserEvent::RoleRevoked { .. }
            | UserEvent::EmailVerified { .. }
            | UserEvent::PasswordChanged { .. }
            | UserEvent::Suspended { .. }
            | UserEvent::Restored { .. } => vec![],
        }
    }

    fn personal_data(&self, event: &UserEvent) -> Option<PersonalData> {
        match event {
            UserEvent::Registered { user_id, .. } => {
                Some(PersonalData { subject: *user_id, fields: &["email", "first_name", "last_name", "phone"] })
            }
            UserEvent::Imported { user_id, .. } => Some(PersonalData { subject: *user_id, fields: &["first_name"] }),
            UserEvent::ProfileChanged { .. } => self
                .id
                .map(|subject| PersonalData { subject, fields: &["first_name", "last_name", "phone", "preferences"] }),
            UserEvent::RoleGranted { .. }
            | UserEvent::RoleRevoked { .. }
            | UserEvent::Suspended { .. }
            | UserEvent::Restored { .. } => self.id.map(|subject| PersonalData { subject, fields: &["reason"] }),
            UserEvent::EmailVerified { .. } | UserEvent::PasswordChanged { .. } | UserEvent::Closed { .. } => None,
        }
    }

    fn claim_taken(claim: &Claim) -> UserError {
        match claim {
            Claim::Import { .. } => UserError::AlreadyImported,
            Claim::Email(_) | Claim::Night { .. } | Claim::Review { .. } | Claim::Amenity(_) => UserError::EmailTaken,
        }
    }
}
