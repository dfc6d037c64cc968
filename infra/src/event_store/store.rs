//! cqrs-es's event store over the log: for every aggregate, with guards and sealed personal data.

use std::collections::HashMap;
use std::sync::Arc;

use commands::Stream;
use commands::ports::log::{Append, AppendError, Appended, NewEvent};
use cqrs_es::persist::{PersistedEventRepository, SerializedEvent};
use cqrs_es::{AggregateError, DomainEvent, EventEnvelope, EventStore};
use domain::{ClaimChange, Logged, PersonalData};
use postgres_es::PostgresEventRepository;
use serde_json::Value;
use sqlx::PgPool;
use uuid::Uuid;

use super::appender::Appender;
use super::lift::lift;
use super::piece::{Piece, StreamReader};
use super::snapshots::{Fold, Snapshots};
use crate::personal_data::{EventSeat, KeyError, KeyRing, PersonKeys, SealError, needs_key, seal, sealed_by};

/// Loads streams and appends through the [`Appender`]. Cheap to clone.
///
/// A whole stream, as [`EventStore::load_events`] promises it, comes through postgres-es's repository, of which only
/// `get_events` is used. What decides folds its stream in pieces, since a stream may be larger than what one request may
/// take of the memory, and remembers how far it came in a long one. The repository's row reads panic on a column of another type, which the log's schema
/// rules out, and its JSON reads on a value that does not parse, which the appender does not let in.
#[derive(Clone)]
pub struct PostgresEventStore {
    pool: PgPool,
    repository: Arc<PostgresEventRepository>,
    appender: Appender,
    keys: PersonKeys,
    reader: Arc<StreamReader>,
    snapshots: Arc<Snapshots>,
}

impl PostgresEventStore {
    /// A store that reads over `pool`. With the embedded database it is the pool that the appender shares.
    pub fn new(pool: PgPool, appender: Appender, keys: PersonKeys) -> Self {
        let repository = Arc::new(PostgresEventRepository::new(pool.clone()));
        let reader = Arc::new(StreamReader::new(pool.clone()));
        Self { pool, repository, appender, keys, reader, snapshots: Arc::default() }
    }

    /// A stream's stored events with the keys that open them. Connections are taken one after the other.
    async fn stored<A: Logged>(
        &self,
        aggregate_id: &str,
    ) -> Result<(Vec<SerializedEvent>, KeyRing), AggregateError<A::Error>> {
        let stored = self.repository.get_events::<A>(aggregate_id).await?;
        let keys = self.keys_of(&stored).await.map_err(out_of_reach)?;
        Ok((stored, keys))
    }

    /// A stream's events after a sequence, as many as may be held at once.
    async fn piece<A: Logged>(&self, aggregate_id: &str, after: usize) -> Result<Piece, AggregateError<A::Error>> {
        let piece = self.reader.piece(A::TYPE, aggregate_id, after).await;
        piece.map_err(|error| AggregateError::DatabaseConnectionError(Box::new(error)))
    }

    /// How far the stream was folded before, if whoever could be read then can be read now.
    async fn remembered<A: Logged>(&self, id: Uuid) -> Result<Fold<A>, KeyError> {
        let Some(fold) = self.snapshots.find::<A>((A::TYPE, id)) else { return Ok(Fold::default()) };
        let persons: Vec<Uuid> = fold.opened.iter().copied().collect();
        if self.keys.remembered_ring(&self.pool, &persons).await?.usable().count() == persons.len() {
            return Ok(fold);
        }
        self.snapshots.forget((A::TYPE, id));
        Ok(Fold::default())
    }

    /// The keys of everybody who has sealed data in these events.
    async fn keys_of(&self, events: &[SerializedEvent]) -> Result<KeyRing, KeyError> {
        let mut persons: Vec<Uuid> = events.iter().filter_map(|event| sealed_by(&event.payload)).collect();
        persons.sort_unstable();
        persons.dedup();
        self.keys.remembered_ring(&self.pool, &persons).await
    }
}

impl<A: Logged> EventStore<A> for PostgresEventStore {
    type AC = Stream<A>;

    async fn load_events(&self, aggregate_id: &str) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        let (stored, keys) = self.stored::<A>(aggregate_id).await?;
        let mut envelopes = Vec::with_capacity(stored.len());
        for event in stored {
            let (aggregate_id, sequence) = (event.aggregate_id.clone(), event.sequence);
            let metadata: HashMap<String, String> = serde_json::from_value(event.metadata.clone())?;
            for payload in lift::<A>(event, &keys).map_err(unreadable)? {
                let (aggregate_id, metadata) = (aggregate_id.clone(), metadata.clone());
                envelopes.push(EventEnvelope { aggregate_id, sequence, payload, metadata });
            }
        }
        Ok(envelopes)
    }

    async fn load_aggregate(&self, aggregate_id: &str) -> Result<Stream<A>, AggregateError<A::Error>> {
        let id = aggregate_id.parse().map_err(unreadable)?;
        let mut fold = self.remembered::<A>(id).await.map_err(out_of_reach)?;
        let mut kept = fold.version;
        loop {
            let Piece { events, is_last } = self.piece::<A>(aggregate_id, fold.version).await?;
            let keys = self.keys_of(&events).await.map_err(out_of_reach)?;
            fold.version = events.last().map_or(fold.version, |event| event.sequence);
            fold.opened.extend(keys.usable());
            for event in events {
                lift::<A>(event, &keys).map_err(unreadable)?.into_iter().for_each(|event| fold.aggregate.apply(event));
            }
            // On the way, too: whoever gives up before the end of a very long stream has not folded it for nothing.
            kept = self.snapshots.keep((A::TYPE, id), kept, &fold);
            if is_last {
                return Ok(Stream::new(id, fold.aggregate, fold.version as u64));
            }
        }
    }

    /// Appends `events`, which were decided on `stream`. Each envelope comes back with its stored sequence, and with
    /// its `position` and `command_id` in the metadata.
    async fn commit(
        &self,
        events: Vec<A::Event>,
        stream: Stream<A>,
        mut metadata: HashMap<String, String>,
    ) -> Result<Vec<EventEnvelope<A>>, AggregateError<A::Error>> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let command_id = identify(&mut metadata);
        let draft = Draft::of(&stream, &events)?;
        let keys = self.keys.remembered_ring(&self.pool, &draft.persons()).await.map_err(out_of_reach)?;
        let append = Append {
            command_id,
            stream: stream.stream_id(),
            expected_version: stream.version,
            depends_on: stream.conditions.depends_on,
            claims: draft.claims.clone(),
            events: draft.sealed::<A>(stream.id, stream.version, &keys, &serde_json::to_string(&metadata)?)?,
            idempotency: stream.conditions.idempotency,
        };
        let appended = self.appender.append(append).await.map_err(refused::<A>)?;
        Ok(envelopes(stream.id, stream.version, events, &appended, &metadata))
    }
}

/// A command's events, with what each says of claims and of people.
struct Draft {
    events: Vec<DraftEvent>,
    claims: Vec<ClaimChange>,
}

struct DraftEvent {
    event_type: String,
    event_version: String,
    payload: Value,
    personal: Option<PersonalData>,
}

impl Draft {
    /// Walks the events from the state before them.
    fn of<A: Logged>(stream: &Stream<A>, events: &[A::Event]) -> Result<Self, serde_json::Error> {
        let mut state = stream.before.clone();
        let mut draft = Self { events: Vec::with_capacity(events.len()), claims: Vec::new() };
        for event in events {
            let payload = serde_json::to_value(event)?;
            draft.claims.extend(state.claims(event));
            draft.events.push(DraftEvent {
                event_type: event.event_type(),
                event_version: event.event_version(),
                personal: state.personal_data(event).filter(|personal| needs_key(&payload, personal)),
                payload,
            });
            state.apply(event.clone());
        }
        Ok(draft)
    }

    /// Whose keys are needed.
    fn persons(&self) -> Vec<Uuid> {
        let mut persons: Vec<Uuid> =
            self.events.iter().filter_map(|event| Some(event.personal.as_ref()?.subject)).collect();
        persons.sort_unstable();
        persons.dedup();
        persons
    }

    /// The events as they are stored after `version` of stream `id`.
    fn sealed<A: Logged>(
        self,
        id: Uuid,
        version: u64,
        keys: &KeyRing,
        metadata: &str,
    ) -> Result<Vec<NewEvent>, AggregateError<A::Error>> {
        let id = id.to_string();
        let seal_one = |(sequence, mut event): (u64, DraftEvent)| {
            if let Some(personal) = &event.personal {
                let key = keys.get(personal.subject).ok_or(SealError::NoKey(personal.subject)).map_err(unsealable)?;
                let seat = EventSeat {
                    aggregate_type: A::TYPE,
                    aggregate_id: &id,
                    sequence,
                    event_type: &event.event_type,
                    event_version: &event.event_version,
                };
                seal(&mut event.payload, personal, key, &seat).map_err(unsealable)?;
            }
            Ok(NewEvent {
                event_type: event.event_type,
                event_version: event.event_version,
                payload: serde_json::to_string(&event.payload)?,
                metadata: metadata.to_owned(),
            })
        };
        (version + 1..).zip(self.events).map(seal_one).collect()
    }
}

/// The command's id: the caller's, or a new one.
fn identify(metadata: &mut HashMap<String, String>) -> Uuid {
    const COMMAND_ID: &str = "command_id";
    let given = metadata.get(COMMAND_ID).and_then(|id| id.parse().ok());
    let command_id = given.unwrap_or_else(Uuid::now_v7);
    metadata.insert(COMMAND_ID.to_owned(), command_id.to_string());
    command_id
}

fn envelopes<A: Logged>(
    id: Uuid,
    version: u64,
    events: Vec<A::Event>,
    appended: &Appended,
    metadata: &HashMap<String, String>,
) -> Vec<EventEnvelope<A>> {
    (version + 1..)
        .zip(appended.first_position..)
        .zip(events)
        .map(|((sequence, position), payload)| {
            let mut metadata = metadata.clone();
            metadata.insert("position".to_owned(), position.to_string());
            // A stream's length fits the address space of a machine that holds it.
            let sequence = usize::try_from(sequence).unwrap_or(usize::MAX);
            EventEnvelope { aggregate_id: id.to_string(), sequence, payload, metadata }
        })
        .collect()
}

/// Why the log refused, in the words of the domain where it has some. The rest keeps the [`AppendError`] inside.
fn refused<A: Logged>(error: AppendError) -> AggregateError<A::Error> {
    match error {
        AppendError::ClaimTaken { claim } => AggregateError::UserError(A::claim_taken(&claim)),
        AppendError::StreamChanged { .. } | AppendError::DependencyChanged { .. } => AggregateError::AggregateConflict,
        error => AggregateError::UnexpectedError(Box::new(error)),
    }
}

fn out_of_reach<E: std::error::Error>(error: KeyError) -> AggregateError<E> {
    AggregateError::DatabaseConnectionError(Box::new(error))
}

fn unsealable<E: std::error::Error>(error: SealError) -> AggregateError<E> {
    AggregateError::UnexpectedError(Box::new(error))
}

fn unreadable<E: std::error::Error>(error: impl std::error::Error + Send + Sync + 'static) -> AggregateError<E> {
    AggregateError::DeserializationError(Box::new(error))
}
