//! `cqrs-es`'s event store behind a trait object, so that nobody above names the adapter.

use std::collections::HashMap;

use async_trait::async_trait;
use cqrs_es::{AggregateError, EventEnvelope, EventStore};
use domain::Logged;
use uuid::Uuid;

use crate::stream::Stream;

/// Loads streams of one kind of aggregate and appends to them.
#[async_trait]
pub trait Store<A: Logged>: Send + Sync {
    /// The stream as it stands; version 0 where there is none.
    async fn load(&self, id: Uuid) -> Result<Stream<A>, AggregateError<A::Error>>;

    /// Appends events that were decided on `stream`; `position` in the metadata of each says where it stands.
    async fn commit(
        &self,
        events: Vec<A::Event>,
        stream: Stream<A>,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>>;
}

#[async_trait]
impl<A, S> Store<A> for S
where
    A: Logged,
    S: EventStore<A, AC = Stream<A>>,
{
    async fn load(&self, id: Uuid) -> Result<Stream<A>, AggregateError<A::Error>> {
        self.load_aggregate(&id.to_string()).await
    }

    async fn commit(
        &self,
        events: Vec<A::Event>,
        stream: Stream<A>,
        metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        EventStore::commit(self, events, stream, metadata).await
    }
}
