//! What surrounds a command: who, in which request, under which conditions.

use uuid::Uuid;

use crate::actor::Actor;
use crate::ports::log::{IdempotencyKey, IdempotentRequest};
use crate::ports::requests::Requests;

/// The surroundings of one command.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who acts.
    pub actor: Actor,
    /// The request's id, stored with the events.
    pub request_id: String,
    /// Only if the resource has this version.
    pub if_match: Option<u64>,
    /// The caller's `Idempotency-Key`.
    pub idempotency: Option<Idempotency>,
}

/// A caller's wish that a repeat have no second effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// 1 to 255 visible ASCII characters.
    pub key: String,
    /// Method and path, such as `POST /api/v1/bookings`.
    pub scope: String,
    /// SHA-256 of the request's body.
    pub digest: [u8; 32],
    /// The HTTP status that a success answers with.
    pub status: u16,
}

impl Context {
    /// Nobody's request: a timer's or a job's, under the job's own key.
    pub fn of_job(key: &str) -> Self {
        let idempotency = Idempotency { key: key.to_owned(), scope: "job".to_owned(), digest: [0; 32], status: 200 };
        Self { actor: Actor::System, request_id: key.to_owned(), if_match: None, idempotency: Some(idempotency) }
    }

    /// The same surroundings for one step of a request that a repeat recognises by other means.
    pub(crate) fn without_idempotency(&self) -> Self {
        Self { idempotency: None, ..self.clone() }
    }

    /// The idempotency row of a command that makes or changes `resource_id`.
    pub(crate) fn idempotent_request(&self, requests: &dyn Requests, resource_id: Uuid) -> Option<IdempotentRequest> {
        let Idempotency { key, scope, digest, status } = self.idempotency.clone()?;
        let key = IdempotencyKey { subject: self.actor.id(), scope, key };
        Some(IdempotentRequest { key, digest: requests.kept_digest(&digest), status, resource_id })
    }
}
