//! Streams, a bounded piece at a time, for everybody who waits for one by one statement.
//!
//! A stream has no greatest length, so that whoever folds it must not hold it whole. And as the appender groups what
//! waits to be written, this groups what waits to be read: of a small query, most of the work is that it is a query.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cqrs_es::persist::SerializedEvent;
use futures::TryStreamExt as _;
use serde_json::Value;
use sqlx::PgPool;
use tokio::sync::{AcquireError, Semaphore, SemaphorePermit, oneshot};
use tokio::time::timeout;

/// How many events a piece holds at the most: all of nearly every stream.
pub(super) const PIECE_EVENTS: usize = 64;
/// A piece ends with the event that fills so many bytes of payloads.
const PIECE_BYTES: usize = 1024 * 1024;
/// How many pieces one statement reads.
const GROUP: usize = 64;
/// It sends no further event once it has sent so many bytes: the rest of its group is read by the next one.
const GROUP_BYTES: usize = 4 * 1024 * 1024;
/// One that takes longer is given up: its connection may lead nowhere.
const DEADLINE: Duration = Duration::from_secs(10);
/// One statement runs at once, and meanwhile others gather for the next one, unless it takes as long as this: a piece that
/// is heavy or a connection that hangs holds up nobody else's.
pub(super) const SLOW: Duration = Duration::from_millis(50);
/// How many more may run then.
const BESIDE_SLOW: usize = 3;

/// Consecutive events of a stream.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) events: Vec<SerializedEvent>,
    /// Whether the stream ends with it.
    pub(super) is_last: bool,
}

/// Why a piece could not be read. One failure may be told to many.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum PieceError {
    #[error("the log cannot be read")]
    Database(#[source] Arc<sqlx::Error>),
    #[error("the log did not answer in time")]
    Late,
    #[error("an event of the stream is not what the log holds")]
    Malformed(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

/// Reads pieces. Whoever waits takes turns in reading for all; nothing runs when nobody waits.
pub(super) struct StreamReader {
    pool: PgPool,
    waiting: Mutex<VecDeque<Asked>>,
    turn: Semaphore,
    beside_slow: Semaphore,
}

/// What somebody waits for.
struct Asked {
    aggregate_type: &'static str,
    aggregate_id: String,
    /// The sequence after which the piece begins.
    after: i64,
    answer: oneshot::Sender<Result<Piece, PieceError>>,
}

/// One event, with the number of the question that it answers, from 1.
type Row = (i64, i64, String, String, String);

impl StreamReader {
    /// Reads over the connections of `pool`.
    pub(super) fn new(pool: PgPool) -> Self {
        let (turn, beside_slow) = (Semaphore::new(1), Semaphore::new(BESIDE_SLOW));
        Self { pool, waiting: Mutex::default(), turn, beside_slow }
    }

    /// The events of a stream after sequence `after`. Their metadata is left out: no decision rests on it.
    ///
    /// # Errors
    /// If the database fails, or holds what does not parse.
    pub(super) async fn piece(
        &self,
        aggregate_type: &'static str,
        aggregate_id: &str,
        after: usize,
    ) -> Result<Piece, PieceError> {
        loop {
            let (answer, mut answered) = oneshot::channel();
            let (aggregate_id, after) = (aggregate_id.to_owned(), i64::try_from(after).unwrap_or(i64::MAX));
            self.waiting().push_back(Asked { aggregate_type, aggregate_id, after, answer });
            let mut is_taken = false;
            let outcome = loop {
                tokio::select! {
                    biased;
                    outcome = &mut answered => break outcome,
                    turn = self.turn(), if !is_taken => {
                        // Where nobody waits any more, somebody is reading for this one, too.
                        is_taken = !self.read_for_all().await;
                        drop(turn);
                    }
                }
            };
            // Whoever had the turn may have given up in the middle of it: then nobody has answered.
            if let Ok(outcome) = outcome {
                return outcome;
            }
        }
    }

    /// Waits for the turn to read. Neither semaphore is ever closed.
    async fn turn(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        match timeout(SLOW, self.turn.acquire()).await {
            Ok(turn) => turn,
            Err(_) => tokio::select! {
                turn = self.turn.acquire() => turn,
                turn = self.beside_slow.acquire() => turn,
            },
        }
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Asked>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers as many of those who wait as make a group; whether anybody waited.
    async fn read_for_all(&self) -> bool {
        let mut group: VecDeque<Asked> = {
            let mut waiting = self.waiting();
            let count = waiting.len().min(GROUP);
            waiting.drain(..count).collect()
        };
        let has_waited = !group.is_empty();
        loop {
            group.retain(|asked| !asked.answer.is_closed());
            if group.is_empty() {
                return has_waited;
            }
            let read = timeout(DEADLINE, self.read(group.make_contiguous())).await;
            match read
                .map_err(|_| PieceError::Late)
                .and_then(|read| read.map_err(|e| PieceError::Database(Arc::new(e))))
            {
                Ok(pieces) => {
                    for (asked, piece) in group.drain(..pieces.len()).zip(pieces) {
                        // Who has gone meanwhile needs no answer.
                        drop(asked.answer.send(piece));
                    }
                }
                Err(error) => {
                    group.drain(..).for_each(|asked| drop(asked.answer.send(Err(error.clone()))));
                }
            }
        }
    }

    /// The pieces of a group in its order: at least one, and fewer than all where they weigh much.
    async fn read(&self, group: &[Asked]) -> Result<Vec<Result<Piece, PieceError>>, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let mut rows = sqlx::query_as::<_, Row>(
            "select n, sequence, event_type, event_version, payload from ( \
                 select asked.n, e.*, sum(octet_length(e.payload)) over (order by asked.n, e.sequence) as sent \
                 from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as asked (type, id, after, n) \
                 cross join lateral ( \
                     select sequence, event_type, event_version, payload::text from events \
                     where aggregate_type = asked.type and aggregate_id = asked.id and sequence > asked.after \
                     order by sequence limit $4) e) all_of_it \
             where sent - octet_length(payload) < $5 order by n, sequence",
        )
        .bind(group.iter().map(|asked| asked.aggregate_type).collect::<Vec<_>>())
        .bind(group.iter().map(|asked| asked.aggregate_id.as_str()).collect::<Vec<_>>())
        .bind(group.iter().map(|asked| asked.after).collect::<Vec<_>>())
        .bind(i64::try_from(PIECE_EVENTS).unwrap_or(i64::MAX))
        .bind(i64::try_from(GROUP_BYTES).unwrap_or(i64::MAX))
        .fetch(&mut *connection);
        let (mut pieces, mut bytes) = (Vec::<Gathering>::new(), 0);
        while let Some((number, sequence, event_type, event_version, payload)) = rows.try_next().await? {
            let at = usize::try_from(number - 1).unwrap_or(usize::MAX);
            let Some(asked) = group.get(at) else { continue };
            // Streams without an event have a piece, too.
            pieces.resize_with(pieces.len().max(at + 1), Gathering::default);
            bytes += payload.len();
            let event = || {
                Ok(SerializedEvent {
                    aggregate_id: asked.aggregate_id.clone(),
                    sequence: usize::try_from(sequence).map_err(malformed)?,
                    aggregate_type: asked.aggregate_type.to_owned(),
                    event_type,
                    event_version,
                    payload: serde_json::from_str(&payload).map_err(malformed)?,
                    metadata: Value::Null,
                })
            };
            pieces[at].add(event, payload.len());
        }
        match pieces.last_mut().filter(|_| bytes >= GROUP_BYTES) {
            // Nobody knows what comes behind the last one that was sent.
            Some(last) => last.is_cut = true,
            None => pieces.resize_with(group.len(), Gathering::default),
        }
        Ok(pieces.into_iter().map(Gathering::piece).collect())
    }
}

/// A piece that is being read.
#[derive(Debug, Default)]
struct Gathering {
    events: Vec<SerializedEvent>,
    bytes: usize,
    /// Whether more of it may not have been sent.
    is_cut: bool,
    malformed: Option<PieceError>,
}

impl Gathering {
    /// One event more, unless the piece weighs enough.
    fn add(&mut self, event: impl FnOnce() -> Result<SerializedEvent, PieceError>, bytes: usize) {
        if self.is_heavy() || self.malformed.is_some() {
            return;
        }
        self.bytes += bytes;
        match event() {
            Ok(event) => self.events.push(event),
            Err(error) => self.malformed = Some(error),
        }
    }

    fn is_heavy(&self) -> bool {
        self.bytes >= PIECE_BYTES
    }

    fn piece(self) -> Result<Piece, PieceError> {
        let is_last = !self.is_heavy() && !self.is_cut && self.events.len() < PIECE_EVENTS;
        self.malformed.map_or(Ok(Piece { events: self.events, is_last }), Err)
    }
}

fn malformed(error: impl std::error::Error + Send + Sync + 'static) -> PieceError {
    PieceError::Malformed(Arc::new(error))
}
