//! A stream as it was loaded for a decision.

use cqrs_es::{Aggregate, AggregateContext};
use uuid::Uuid;

use crate::ports::log::{IdempotentRequest, StreamId};

/// An aggregate with the version it was loaded at, and what else must hold when its new events are appended.
#[derive(Debug, Clone)]
pub struct Stream<A> {
    /// The aggregate's id.
    pub id: Uuid,
    /// The state; the decision's own events are applied to it.
    pub aggregate: A,
    /// The state as it was loaded.
    pub before: A,
    /// The last sequence; 0 where there is no event yet.
    pub version: u64,
    /// Checked together with the version.
    pub conditions: Conditions,
}

/// What must hold besides the own stream's version for a command to be appended.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Other streams the decision rests on, at the versions that were read.
    pub depends_on: Vec<(StreamId, u64)>,
    /// Recorded with the events.
    pub idempotency: Option<IdempotentRequest>,
}

impl<A: Aggregate + Clone> Stream<A> {
    /// A stream as loaded.
    pub fn new(id: Uuid, aggregate: A, version: u64) -> Self {
        Self { id, before: aggregate.clone(), aggregate, version, conditions: Conditions::default() }
    }

    /// A stream that a command is about to begin.
    pub fn empty(id: Uuid) -> Self {
        Self::new(id, A::default(), 0)
    }

    /// The stream's name.
    pub fn stream_id(&self) -> StreamId {
        StreamId { aggregate_type: A::TYPE, aggregate_id: self.id }
    }

    /// The stream with the version it was read at, for another stream's [`Conditions::depends_on`].
    pub fn seen(&self) -> (StreamId, u64) {
        (self.stream_id(), self.version)
    }
}

impl<A: Aggregate + Clone> AggregateContext<A> for Stream<A> {
    fn aggregate(&mut self) -> &mut A {
        &mut self.aggregate
    }
}
