//! One transaction: take the lock, read the facts, decide, write, commit.

use std::future::Future;
use std::time::Duration;

use commands::ports::log::{Appended, IdempotencyKey};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::{PgDatabaseError, PgSeverity};
use sqlx::{Connection as _, PgConnection, Postgres, Transaction};
use tokio::time::timeout;
use uuid::Uuid;

use super::command::Command;
use super::connection::timed_out;
use super::ticket::{Job, NotDone, Verdict};
use super::{facts, insert};

/// Taking the lock is a statement of its own: each statement of a READ COMMITTED transaction sees what was committed
/// when it began, so the facts read after it include all that the lock's holder before committed. The lock's number is
/// arbitrary, and the same in every process and version.
const BEGIN: &str = "begin isolation level read committed; select pg_advisory_xact_lock(4852110)";

/// How long the server may stay silent within one step. Longer than its own time-outs, which end a step on a living
/// server with an error that tells more.
const SILENCE: Duration = Duration::from_secs(12);

/// Why a transaction has no verdicts.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server refused a statement on a live connection: nothing was committed, and the connection is usable again.
    Refused(sqlx::Error),
    /// The connection failed before the commit was sent: nothing was committed.
    Broken(sqlx::Error),
    /// The connection failed after the commit was sent: the verdicts hold if the witness is in the log.
    Ambiguous { verdicts: Vec<Verdict>, witness: Witness, source: sqlx::Error },
}

/// One row of a batch: all of the batch is committed if this one is, and none of it otherwise.
#[derive(Debug, Clone)]
pub(super) enum Witness {
    Event {
        position: i64,
        command_id: Uuid,
    },
    /// Of a batch without events: the time tells the batch's own row from that of a repeat which another process was
    /// faster with.
    Request {
        key: IdempotencyKey,
        recorded_at: Timestamp,
    },
}

/// Decides and commits `jobs`: a verdict for each, in order. Verdicts are the truth only after the commit, refusals
/// too: they may rest on what an earlier command of the batch did.
pub(super) async fn run(connection: &mut PgConnection, jobs: &[Job]) -> Result<Vec<Verdict>, Failure> {
    let mut transaction = begin(connection).await.map_err(Failure::Broken)?;
    match in_time(decide(&mut transaction, jobs)).await {
        Ok((verdicts, Some(witness))) => match in_time(transaction.commit()).await {
            Ok(()) => Ok(verdicts),
            Err(source) => Err(Failure::Ambiguous { verdicts, witness, source }),
        },
        Ok((verdicts, None)) => in_time(transaction.rollback()).await.map(|()| verdicts).map_err(Failure::Broken),
        Err(error) if is_refusal(&error) => match in_time(transaction.rollback()).await {
            Ok(()) => Err(Failure::Refused(error)),
            Err(_) => Err(Failure::Broken(error)),
        },
        Err(error) => Err(Failure::Broken(error)),
    }
}

/// Whether `witness` is there. Waiting for the lock is waiting for the end of the transaction that wrote it, so the
/// answer is final; it is found by a primary key.
pub(super) async fn is_committed(connection: &mut PgConnection, witness: &Witness) -> Result<bool, sqlx::Error> {
    let mut transaction = begin(connection).await?;
    let is_there = in_time(is_there(&mut transaction, witness)).await?;
    in_time(transaction.rollback()).await?;
    Ok(is_there)
}

async fn is_there(connection: &mut PgConnection, witness: &Witness) -> Result<bool, sqlx::Error> {
    match witness {
        Witness::Event { position, command_id } => {
            let found: Option<Option<String>> =
                sqlx::query_scalar("select metadata ->> 'command_id' from events where position = $1")
                    .bind(position)
                    .fetch_optional(connection)
                    .await?;
            Ok(found.flatten().and_then(|id| id.parse().ok()) == Some(*command_id))
        }
        Witness::Request { key, recorded_at } => {
            let found: Option<bool> = sqlx::query_scalar(
                "select recorded_at = $4 from idempotency_keys where subject = $1 and scope = $2 and key = $3",
            )
            .bind(key.subject)
            .bind(&key.scope)
            .bind(&key.key)
            .bind(recorded_at.to_sqlx())
            .fetch_optional(connection)
            .await?;
            Ok(found == Some(true))
        }
    }
}

/// Whether `error` is the fault of a value in the statement, so that one command's failure must not be another's.
pub(super) fn is_fault_of_a_value(error: &sqlx::Error) -> bool {
    const UNIQUE_VIOLATION: &str = "23505";
    // Data exception, integrity constraint, program limit exceeded, raised by a trigger.
    const CLASSES: [&str; 4] = ["22", "23", "54", "P0"];
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
    // The decisions leave nothing to collide with: such a violation means another writer without the lock.
    code != UNIQUE_VIOLATION && CLASSES.iter().any(|class| code.starts_with(class))
}

async fn begin(connection: &mut PgConnection) -> Result<Transaction<'_, Postgres>, sqlx::Error> {
    in_time(connection.begin_with(BEGIN)).await
}

async fn decide(connection: &mut PgConnection, jobs: &[Job]) -> Result<(Vec<Verdict>, Option<Witness>), sqlx::Error> {
    let commands: Vec<_> = jobs.iter().map(|job| &job.command).collect();
    let mut ledger = facts::read(connection, &commands).await?;
    let before = ledger.last_position;
    let verdicts: Vec<Verdict> = jobs
        .iter()
        .map(|job| if job.start() { ledger.decide(&job.command) } else { Err(NotDone::DeadlinePassed.into()) })
        .collect();
    let accepted: Vec<_> = commands
        .into_iter()
        .zip(&verdicts)
        .filter_map(|(command, verdict)| Some((command, verdict.as_ref().ok()?)))
        .collect();
    let Some(witness) = Witness::of(&accepted, ledger.recorded_at) else { return Ok((verdicts, None)) };
    insert::write(connection, before, &accepted, &ledger).await?;
    Ok((verdicts, Some(witness)))
}

impl Witness {
    /// `None` where the batch leaves nothing behind.
    fn of(accepted: &[(&Command, &Appended)], recorded_at: Timestamp) -> Option<Self> {
        let event = accepted.iter().find(|(command, _)| !command.append.events.is_empty());
        let event = event.map(|(command, appended)| Self::Event {
            position: insert::signed(appended.first_position),
            command_id: command.append.command_id,
        });
        let request = || accepted.iter().find_map(|(command, _)| command.append.idempotency.as_ref());
        event.or_else(|| request().map(|request| Self::Request { key: request.key.clone(), recorded_at }))
    }
}

async fn in_time<T>(step: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    timeout(SILENCE, step).await.unwrap_or_else(|_| Err(timed_out()))
}

/// An error that leaves the connection alive: the server is there and said no.
fn is_refusal(error: &sqlx::Error) -> bool {
    let error = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    error.is_some_and(|error| error.severity() == PgSeverity::Error)
}
