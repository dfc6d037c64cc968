//! One command as the queue holds it: checked, and with everything computed that needs no database.

use commands::ports::log::{Append, AppendError};
use domain::ClaimChange;
use serde::Deserialize;
use uuid::Uuid;

use super::claims::ClaimKey;
use super::storable::{check_json, check_text};
use crate::personal_data::MasterKey;

/// The most claims that one command may take and give back together: two years of nights.
pub const MAX_CLAIMS_PER_COMMAND: usize = 750;

/// The most events that one command may append.
pub const MAX_EVENTS_PER_COMMAND: usize = 500;

/// The most text that one command may append, in bytes.
const MAX_BYTES_PER_COMMAND: usize = 1024 * 1024;

/// A command that can be appended unless facts in the log say otherwise.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) append: Append,
    /// One per change in `append.claims`, in the same order.
    pub(super) claim_keys: Vec<ClaimKey>,
    /// The size of its texts.
    pub(super) bytes: usize,
}

impl Command {
    /// Checks `append` and computes its claims' keys.
    ///
    /// # Errors
    /// [`AppendError::Rejected`] for what the log cannot store, or more than it accepts at once.
    pub(super) fn new(append: Append, master: &MasterKey) -> Result<Self, AppendError> {
        let bytes = append.events.iter().map(|event| event.payload.len() + event.metadata.len()).sum();
        check(&append, bytes).map_err(AppendError::Rejected)?;
        let claim_keys = append.claims.iter().map(|change| ClaimKey::of(change, master)).collect();
        Ok(Self { append, claim_keys, bytes })
    }

    /// Whether it leaves nothing behind: somebody asks whether commands come through.
    pub(super) fn is_check(&self) -> bool {
        self.append.events.is_empty() && self.append.idempotency.is_none()
    }

    /// The claims with what happens to them.
    pub(super) fn claims(&self) -> impl Iterator<Item = (&ClaimKey, &ClaimChange)> {
        self.claim_keys.iter().zip(&self.append.claims)
    }
}

fn check(append: &Append, bytes: usize) -> Result<(), String> {
    no_claim_without_event(append)?;
    at_most(append.events.len(), MAX_EVENTS_PER_COMMAND, "events")?;
    at_most(append.claims.len(), MAX_CLAIMS_PER_COMMAND, "claims")?;
    at_most(append.depends_on.len(), MAX_EVENTS_PER_COMMAND, "streams to depend on")?;
    at_most(bytes, MAX_BYTES_PER_COMMAND, "bytes")?;
    for event in &append.events {
        check_text(&event.event_type)?;
        check_text(&event.event_version)?;
        check_json(&event.payload)?;
        check_json(&event.metadata)?;
        check_command_id(&event.metadata, append.command_id)?;
    }
    if let Some(request) = &append.idempotency {
        check_text(&request.key.scope)?;
        check_text(&request.key.key)?;
        at_most(request.status.into(), 999, "as an HTTP status")?;
    }
    Ok(())
}

/// Claims follow from events: on their own they could not be explained by any history.
fn no_claim_without_event(append: &Append) -> Result<(), String> {
    let is_unexplained = append.events.is_empty() && !append.claims.is_empty();
    if is_unexplained { Err("claims without an event".to_owned()) } else { Ok(()) }
}

fn at_most(count: usize, limit: usize, what: &str) -> Result<(), String> {
    if count > limit { Err(format!("{count} {what}, where {limit} are the most")) } else { Ok(()) }
}

/// Without its own id in the metadata, a command whose commit was lost could not be found again.
fn check_command_id(metadata: &str, command_id: Uuid) -> Result<(), String> {
    #[derive(Deserialize)]
    struct Metadata {
        command_id: Uuid,
    }
    match serde_json::from_str::<Metadata>(metadata) {
        Ok(metadata) if metadata.command_id == command_id => Ok(()),
        _ => Err("metadata without the command's id".to_owned()),
    }
}
