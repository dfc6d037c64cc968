//! Load, handle, collect, commit: the way every command goes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use cqrs_es::event_sink::EventSink;
use domain::Logged;
use domain::amenity::Amenity;
use domain::booking::Booking;
use domain::place::Place;
use domain::review::Review;
use domain::user::User;
use jiff::Timestamp;
use uuid::Uuid;

use crate::context::Context;
use crate::error::CommandError;
use crate::mail::Links;
use crate::ports::account_tokens::AccountTokens;
use crate::ports::accounts::Accounts;
use crate::ports::clock::Clock;
use crate::ports::directory::Directory;
use crate::ports::history::History;
use crate::ports::jobs::JobDesk;
use crate::ports::log::{Append, IdempotencyKey, Log, RecordedRequest};
use crate::ports::mail_quota::MailQuota;
use crate::ports::mailer::Mailer;
use crate::ports::password::PasswordHasher;
use crate::ports::queue::Queue;
use crate::ports::requests::Requests;
use crate::ports::sessions::Sessions;
use crate::ports::tokens::Tokens;
use crate::ports::viewed_places::ViewedPlaces;
use crate::ports::zones::ZoneFinder;
use crate::store::Store;
use crate::stream::Stream;

/// How often a use case is run again because what it rested on had changed.
const RERUNS: u32 = 3;

/// Every use case's way to the outside; cheap to clone.
#[derive(Clone)]
pub struct Commands(Arc<Ports>);

/// The adapters behind the use cases.
#[derive(Clone)]
#[allow(missing_docs, reason = "each trait says what it is for")]
pub struct Ports {
    pub users: Arc<dyn Store<User>>,
    pub places: Arc<dyn Store<Place>>,
    pub bookings: Arc<dyn Store<Booking>>,
    pub reviews: Arc<dyn Store<Review>>,
    pub amenities: Arc<dyn Store<Amenity>>,
    pub log: Arc<dyn Log>,
    pub requests: Arc<dyn Requests>,
    pub history: Arc<dyn History>,
    pub jobs: Arc<dyn JobDesk>,
    pub accounts: Arc<dyn Accounts>,
    pub account_tokens: Arc<dyn AccountTokens>,
    pub sessions: Arc<dyn Sessions>,
    pub passwords: Arc<dyn PasswordHasher>,
    pub tokens: Arc<dyn Tokens>,
    pub queue: Arc<dyn Queue>,
    pub mail_quota: Arc<dyn MailQuota>,
    pub mailer: Arc<dyn Mailer>,
    pub links: Links,
    pub directory: Arc<dyn Directory>,
    pub viewed_places: Arc<dyn ViewedPlaces>,
    pub zones: Arc<dyn ZoneFinder>,
    pub clock: Arc<dyn Clock>,
}

/// A command that is durable, or that had nothing to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What it made or changed.
    pub resource_id: Uuid,
    /// That resource's version; `None` for a replay, whose resource may have moved on.
    pub version: Option<u64>,
    /// The position from which on views show it.
    pub position: u64,
    /// The HTTP status of the first answer, where this is a repeat under the same idempotency key.
    pub replayed: Option<u16>,
}

impl Commands {
    /// The use cases over their adapters.
    pub fn new(ports: Ports) -> Self {
        Self(Arc::new(ports))
    }

    /// The adapters.
    pub fn ports(&self) -> &Ports {
        &self.0
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Runs a use case: answers a repeat from the log's memory, and starts over where the facts had changed.
    pub(crate) async fn run<F, Fut>(&self, context: &Context, use_case: F) -> Result<Done, CommandError>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<Done, CommandError>>,
    {
        let mut reruns = 0;
        loop {
            if let Some(done) = self.replay(context).await? {
                return Ok(done);
            }
            match use_case().await {
                Err(CommandError::ConcurrentChange) if reruns < RERUNS => pause(reruns).await,
                // A concurrent repeat may have come first: its effect is then why this one was refused.
                Err(error) if !matches!(error, CommandError::Unavailable(_)) => {
                    return self.replay(context).await?.ok_or(error);
                }
                outcome => return outcome,
            }
            reruns += 1;
        }
    }

    /// Decides `command` on a loaded (or empty) stream and appends what was decided.
    pub(crate) async fn decide<A>(
        &self,
        store: &dyn Store<A>,
        context: &Context,
        stream: Stream<A>,
        command: A::Command,
    ) -> Result<Done, CommandError>
    where
        A: Logged<Services = ()>,
        A::Error: Into<CommandError>,
    {
        let resource_id = stream.id;
        self.decide_about(store, context, stream, command, resource_id).await
    }

    /// The same for a command whose resource is a part of the aggregate, such as a block of a place.
    pub(crate) async fn decide_about<A>(
        &self,
        store: &dyn Store<A>,
        context: &Context,
        mut stream: Stream<A>,
        command: A::Command,
        resource_id: Uuid,
    ) -> Result<Done, CommandError>
    where
        A: Logged<Services = ()>,
        A::Error: Into<CommandError>,
    {
        if let Some(expected) = context.if_match
            && expected != stream.version
        {
            return Err(CommandError::VersionMismatch { actual: stream.version });
        }
        let sink = EventSink::default();
        stream.aggregate.handle(command, &(), &sink).await.map_err(Into::into)?;
        let events = sink.collect().await;
        stream.conditions.idempotency = context.idempotent_request(self.0.requests.as_ref(), resource_id);
        let (version, position) = if events.is_empty() {
            (stream.version, self.nothing_changed(stream).await?)
        } else {
            append(store, context, stream, events).await?
        };
        Ok(Done { resource_id, version: Some(version), position, replayed: None })
    }

    /// The position of a command that found everything as it wants it. Where it carries a key, a repeat must find the
    /// same answer, whatever happens in between: the log remembers it like one with events.
    async fn nothing_changed<A: Logged>(&self, stream: Stream<A>) -> Result<u64, CommandError> {
        if stream.conditions.idempotency.is_none() {
            return Ok(self.0.requests.head().await?);
        }
        let append = Append {
            command_id: Uuid::now_v7(),
            stream: stream.stream_id(),
            expected_version: stream.version,
            depends_on: stream.conditions.depends_on,
            events: Vec::new(),
            claims: Vec::new(),
            idempotency: stream.conditions.idempotency,
        };
        Ok(self.0.log.append(append).await?.last_position)
    }

    /// What an earlier request under the same key did.
    async fn replay(&self, context: &Context) -> Result<Option<Done>, CommandError> {
        let Some(wish) = &context.idempotency else { return Ok(None) };
        let key = IdempotencyKey { subject: context.actor.id(), scope: wish.scope.clone(), key: wish.key.clone() };
        let Some(recorded) = self.0.requests.find(&key).await? else { return Ok(None) };
        let RecordedRequest { digest, status, resource_id, position } = recorded;
        if digest != self.0.requests.kept_digest(&wish.digest) {
            return Err(CommandError::IdempotencyKeyReused);
        }
        Ok(Some(Done { resource_id, version: None, position, replayed: Some(status) }))
    }
}

/// Appends events; answers the stream's new version and the position of the last event.
async fn append<A>(
    store: &dyn Store<A>,
    context: &Context,
    stream: Stream<A>,
    events: Vec<A::Event>,
) -> Result<(u64, u64), CommandError>
where
    A: Logged,
    A::Error: Into<CommandError>,
{
    let envelopes = store.commit(events, stream, metadata(context)).await?;
    let last = envelopes.last().ok_or_else(|| unavailable("the store returned no event"))?;
    let version = u64::try_from(last.sequence).map_err(|_| unavailable("the version is out of range"))?;
    let position = last.metadata.get("position").and_then(|position| position.parse().ok());
    Ok((version, position.ok_or_else(|| unavailable("the store returned no position"))?))
}

fn metadata(context: &Context) -> HashMap<String, String> {
    HashMap::from([
        ("command_id".to_owned(), Uuid::now_v7().to_string()),
        ("request_id".to_owned(), context.request_id.clone()),
        ("actor_id".to_owned(), context.actor.id().to_string()),
    ])
}

fn unavailable(what: &str) -> CommandError {
    CommandError::Unavailable(what.into())
}

/// Lets the others finish: 1 to 2 ms before the first rerun, twice as much before each later one.
async fn pause(rerun: u32) {
    let jitter = Uuid::new_v4().as_u128() % 1_000;
    let micros = (1_000 + u64::try_from(jitter).unwrap_or(0)) << rerun;
    tokio::time::sleep(Duration::from_micros(micros)).await;
}
