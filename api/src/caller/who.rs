use axum::http::Extensions;
use commands::Actor;
use uuid::Uuid;

use super::Identity;
use crate::failure::{ApiError, Failure};

/// A kind of caller that an endpoint is for.
pub(crate) trait Who: Sized {
    /// Admits the actor, or says why not.
    ///
    /// # Errors
    /// `unauthenticated` to nobody in particular, `forbidden` to somebody without the right.
    fn admit(actor: Actor) -> Result<Self, Failure>;

    /// Admits whoever was found to make a request.
    ///
    /// # Errors
    /// Why its credentials were not accepted, or why the actor is not admitted.
    fn of(extensions: &Extensions) -> Result<(Self, Actor), ApiError> {
        let actor = match extensions.get::<Identity>() {
            Some(Identity(identity)) => identity.clone()?,
            None => Actor::Anonymous,
        };
        Ok((Self::admit(actor.clone())?, actor))
    }
}

/// Whoever it may be: credentials that are no longer good do not matter, as where new ones are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whoever;

/// Anyone, signed in or not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anyone;

/// Whoever signed in, or operates the machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedIn;

/// A user, by its id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User(pub(crate) Uuid);

/// Who may read history and operational state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Auditor;

/// Who may do everything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admin;

impl Who for Whoever {
    fn admit(_: Actor) -> Result<Self, Failure> {
        Ok(Self)
    }

    fn of(extensions: &Extensions) -> Result<(Self, Actor), ApiError> {
        let identity = extensions.get::<Identity>().and_then(|Identity(identity)| identity.clone().ok());
        Ok((Self, identity.unwrap_or(Actor::Anonymous)))
    }
}

impl Who for Anyone {
    fn admit(_: Actor) -> Result<Self, Failure> {
        Ok(Self)
    }
}

impl Who for SignedIn {
    fn admit(actor: Actor) -> Result<Self, Failure> {
        match actor {
            Actor::Anonymous => Err(Failure::Unauthenticated),
            Actor::User { .. } | Actor::System => Ok(Self),
        }
    }
}

impl Who for User {
    fn admit(actor: Actor) -> Result<Self, Failure> {
        match actor {
            Actor::Anonymous => Err(Failure::Unauthenticated),
            Actor::User { id, .. } => Ok(Self(id)),
            // The operator has rights, but is no person with places and bookings.
            Actor::System => Err(Failure::Forbidden),
        }
    }
}

impl Who for Auditor {
    fn admit(actor: Actor) -> Result<Self, Failure> {
        SignedIn::admit(actor.clone())?;
        if actor.is_auditor() { Ok(Self) } else { Err(Failure::Forbidden) }
    }
}

impl Who for Admin {
    fn admit(actor: Actor) -> Result<Self, Failure> {
        SignedIn::admit(actor.clone())?;
        if actor.is_admin() { Ok(Self) } else { Err(Failure::Forbidden) }
    }
}

#[cfg(test)]
mod tests {
    use domain::user::Role;

    use super::*;

    fn user(roles: &[Role]) -> Actor {
        Actor::User { id: Uuid::from_u128(1), roles: roles.iter().copied().collect(), session_id: Uuid::from_u128(2) }
    }

    #[test]
    fn nobody_in_particular_is_asked_to_sign_in() {
        assert_eq!(User::admit(Actor::Anonymous).err(), Some(Failure::Unauthenticated));
        assert_eq!(Admin::admit(Actor::Anonymous).err(), Some(Failure::Unauthenticated));
        assert!(Anyone::admit(Actor::Anonymous).is_ok());
    }

    #[test]
    fn rights_are_asked_for_by_role() {
        assert_eq!(Admin::admit(user(&[])).err(), Some(Failure::Forbidden));
        assert_eq!(Admin::admit(user(&[Role::Auditor])).err(), Some(Failure::Forbidden));
        assert!(Auditor::admit(user(&[Role::Auditor])).is_ok());
        assert!(Auditor::admit(user(&[Role::Admin])).is_ok());
        assert!(Admin::admit(Actor::System).is_ok());
        assert_eq!(User::admit(Actor::System).err(), Some(Failure::Forbidden));
    }
}
