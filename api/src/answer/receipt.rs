//! The answer to a command that is done: first the views catch up, then the resource is shown as it now stands.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use axum::http::header::LOCATION;
use commands::Done;
use projections::{Views, Waited};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::headers::{IDEMPOTENCY_REPLAYED, PREFERENCE_APPLIED, X_EVENT_POSITION, X_READ_MODEL};
use super::{Answer, Resource};
use crate::failure::{ApiError, Failure};

/// How long a command's answer waits for the views.
const WAIT: Duration = Duration::from_secs(2);

/// How a command is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settling {
    /// The status of a success.
    pub(crate) success: StatusCode,
    /// Whether the views are waited for.
    pub(crate) waits: bool,
}

/// A command that is done, and whether the views show it.
#[derive(Debug)]
pub(crate) struct Receipt {
    done: Done,
    settling: Settling,
    shown: bool,
    location: Option<String>,
}

/// What can be told of a resource that the views do not show yet.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Acknowledged {
    /// The resource.
    pub(crate) id: Uuid,
    /// Its version; null in the answer to a repeat, whose resource may have moved on.
    pub(crate) version: Option<u64>,
}

impl Receipt {
    /// Waits for the views to contain what was done, unless the caller would rather not.
    pub(crate) async fn of(views: &Views, done: Done, settling: Settling) -> Self {
        let shown = settling.waits
            && match views.wait_for(done.position, Instant::now() + WAIT).await {
                Waited::Reached => true,
                Waited::Behind => false,
            };
        Self { done, settling, shown, location: None }
    }

    /// The same with the address of the resource: `collection` and its id.
    #[must_use]
    pub(crate) fn located(self, collection: &str) -> Self {
        let address = format!("{collection}/{}", self.done.resource_id);
        self.located_at(address)
    }

    /// The same with the address of a resource that is not known by its id.
    #[must_use]
    pub(crate) fn located_at(self, address: String) -> Self {
        Self { location: Some(address), ..self }
    }

    /// Answers with the resource as it now stands; with its id and version alone where the views are behind or cannot
    /// be read, since the command is a success all the same.
    ///
    /// # Errors
    /// Data that JSON cannot express.
    pub(crate) async fn show<T, F>(
        self,
        message: &'static str,
        load: impl FnOnce(Uuid) -> F,
    ) -> Result<Answer, ApiError>
    where
        T: Serialize,
        F: Future<Output = Result<Resource<T>, ApiError>>,
    {
        if !self.shown {
            return self.acknowledge(message);
        }
        match load(self.done.resource_id).await {
            Ok(resource) => Ok(self.over(resource.tagged(message)?.0)),
            // A repeat may come when its resource is gone again.
            Err(error) if error.failure == Failure::NotFound => self.acknowledge(message),
            Err(error) => {
                tracing::warn!(causes = error.causes(), "a command is done, but its resource cannot be shown");
                Self { shown: false, ..self }.acknowledge(message)
            }
        }
    }

    /// Answers 204.
    pub(crate) fn empty(self) -> Answer {
        let answer = Answer::empty(StatusCode::NO_CONTENT);
        Self { settling: Settling { success: StatusCode::NO_CONTENT, ..self.settling }, ..self }.over(answer)
    }

    fn acknowledge(self, message: &'static str) -> Result<Answer, ApiError> {
        let known = Acknowledged { id: self.done.resource_id, version: self.done.version };
        Ok(self.over(Answer::ok(&known, message)?))
    }

    /// Puts what the receipt tells over an answer: status and headers.
    pub(crate) fn over(self, answer: Answer) -> Answer {
        let first = self.done.replayed.and_then(|status| StatusCode::from_u16(status).ok());
        let mut answer =
            answer.status(first.unwrap_or(self.settling.success)).header(X_EVENT_POSITION, self.done.position);
        if let Some(location) = self.location {
            answer = answer.header(LOCATION, location);
        }
        if self.done.replayed.is_some() {
            answer = answer.header_static(IDEMPOTENCY_REPLAYED, "true");
        }
        if !self.settling.waits {
            answer = answer.header_static(PREFERENCE_APPLIED, "respond-async");
        }
        if self.shown { answer } else { answer.header_static(X_READ_MODEL, "behind") }
    }
}
