//! The decisions of one batch: pure, in queue order, each on the facts that the ones before it leave behind.

use std::collections::HashMap;

use commands::ports::log::{AppendError, Appended, IdempotencyKey, RecordedRequest, StreamId};
use domain::ClaimChange;
use jiff::Timestamp;
use uuid::Uuid;

use super::claims::ClaimKey;
use super::command::Command;
use super::ticket::Verdict;

/// What the log says about everything that a batch asks for, and what it will say once the batch is committed.
#[derive(Debug)]
pub(super) struct Ledger {
    /// The position of the last event.
    pub(super) last_position: u64,
    /// When the events of this batch are recorded; not before the last one of the log.
    pub(super) recorded_at: Timestamp,
    /// The last sequence of each stream; 0 for none.
    pub(super) versions: HashMap<StreamId, u64>,
    /// Who has what.
    pub(super) claims: HashMap<ClaimKey, Holding>,
    /// Idempotency keys that are used.
    pub(super) requests: HashMap<IdempotencyKey, RecordedRequest>,
}

/// Who has a claim in the table, and who has it after the commands decided so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) stored: Option<Uuid>,
    pub(super) now: Option<Uuid>,
}

impl Ledger {
    /// Accepts `command` with its positions, or refuses it and changes nothing.
    pub(super) fn decide(&mut self, command: &Command) -> Verdict {
        // First of all: a repeated request must find its first answer, not the conflicts with its own effects.
        self.check_idempotency(command)?;
        self.check_versions(command)?;
        let holders = self.check_claims(command)?;
        for (key, holder) in holders {
            self.claims.entry(key.clone()).or_default().now = holder;
        }
        Ok(self.record(command))
    }

    fn check_idempotency(&self, command: &Command) -> Result<(), AppendError> {
        let key = command.append.idempotency.as_ref().map(|request| &request.key);
        match key.and_then(|key| self.requests.get(key)) {
            Some(done) => Err(AppendError::AlreadyDone(done.clone())),
            None => Ok(()),
        }
    }

    fn check_versions(&self, command: &Command) -> Result<(), AppendError> {
        let append = &command.append;
        let actual = self.version(&append.stream);
        if actual != append.expected_version {
            return Err(AppendError::StreamChanged { actual });
        }
        match append.depends_on.iter().find(|(stream, read)| self.version(stream) != *read) {
            Some((stream, _)) => Err(AppendError::DependencyChanged { stream: stream.clone() }),
            None => Ok(()),
        }
    }

    /// Who has the command's claims after it, if it may have them all.
    fn check_claims<'c>(&self, command: &'c Command) -> Result<HashMap<&'c ClaimKey, Option<Uuid>>, AppendError> {
        let mut holders = HashMap::new();
        for (key, change) in command.claims() {
            let current = holders.entry(key).or_insert_with(|| self.claims.get(key).and_then(|holding| holding.now));
            match change {
                ClaimChange::Take { claim, holder } => {
                    if current.is_some_and(|other| other != *holder) {
                        return Err(AppendError::ClaimTaken { claim: claim.clone() });
                    }
                    *current = Some(*holder);
                }
                ClaimChange::Release { holder, .. } if *current == Some(*holder) => *current = None,
                ClaimChange::Release { .. } => {}
            }
        }
        Ok(holders)
    }

    fn record(&mut self, command: &Command) -> Appended {
        let append = &command.append;
        let events = append.events.len() as u64;
        let appended = Appended {
            first_position: self.last_position + 1,
            last_position: self.last_position + events,
            version: append.expected_version + events,
            recorded_at: self.recorded_at,
        };
        self.last_position = appended.last_position;
        self.versions.insert(append.stream.clone(), appended.version);
        if let Some(request) = &append.idempotency {
            let done = RecordedRequest {
                digest: request.digest,
                status: request.status,
                resource_id: request.resource_id,
                position: appended.last_position,
            };
            self.requests.insert(request.key.clone(), done);
        }
        appended
    }

    fn version(&self, stream: &StreamId) -> u64 {
        self.versions.get(stream).copied().unwrap_or(0)
    }
}
